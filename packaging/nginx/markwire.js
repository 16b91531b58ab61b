// The feeds folder of Markwire, answered for by nginx as `markwire serve` does it; for njs 0.7.9 on.
//
// `answer` decides: 304, 404, 405, 410 and redirects are said here, and so are compressed forms, which
// may go at any moment; files are sent by nginx itself, from a location that is internal and calls
// `headers`. The ETag is read or computed before a file is opened: where one is replaced in between,
// a client gets the new bytes under the old ETag, and asks again; the other way round it would have
// missed them. docs/deployment.md says how to use it.

import fs from 'fs';
import crypto from 'crypto';

const INERT = "default-src 'none'; frame-ancestors 'none'";
const PAGE = "default-src 'none'; img-src http: https:; ";
const PAGE_END = " base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const ALLOWED = 'GET, HEAD, OPTIONS';
const FEEDS = {
    'rss.xml': 'application/rss+xml',
    'atom.xml': 'application/atom+xml',
    'feed.json': 'application/feed+json',
};
const TEXTS = {
    html: 'text/html; charset=utf-8',
    json: 'application/json',
    xml: 'application/xml; charset=utf-8',
    opml: 'text/x-opml; charset=utf-8',
    css: 'text/css; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    txt: 'text/plain; charset=utf-8',
};
const MEDIA = {
    avif: 'image/avif', gif: 'image/gif', jpeg: 'image/jpeg', jpg: 'image/jpeg', png: 'image/png',
    webp: 'image/webp', svg: 'image/svg+xml', flac: 'audio/flac', m4a: 'audio/mp4',
    mp3: 'audio/mpeg', oga: 'audio/ogg', ogg: 'audio/ogg', opus: 'audio/ogg', wav: 'audio/wav',
    m4v: 'video/mp4', mov: 'video/quicktime', mp4: 'video/mp4', ogv: 'video/ogg',
    webm: 'video/webm', pdf: 'application/pdf',
};
const CODINGS = [['br', '.br'], ['zstd', '.zst'], ['gzip', '.gz']];
const YOUNG = 2000; // milliseconds in which another version of a file may get the same date
const LIKES_PAGES = ['text/html'];
const LIKES_FEEDS = [
    'application/rss+xml', 'application/atom+xml', 'application/feed+json', 'application/rdf+xml',
    'application/json', 'application/xml', 'text/xml', '*/*', 'application/*', 'text/*',
];

// --- what is asked ------------------------------------------------------------------------------

function answer(r) {
    if (r.method == 'OPTIONS') {
        const may = {
            'Allow': ALLOWED,
            'Access-Control-Allow-Origin': '*',
            'Access-Control-Allow-Methods': ALLOWED,
            'Access-Control-Allow-Headers': 'If-None-Match, If-Modified-Since, A-IM',
            'Access-Control-Max-Age': '86400',
            'Cache-Control': 'no-store',
        };
        return say(r, 204, '', may);
    }
    if (r.method != 'GET' && r.method != 'HEAD') {
        return say(r, 405, ALLOWED, {'Allow': ALLOWED, 'Cache-Control': 'no-store'});
    }
    const folder = r.variables.feeds_folder + '/';
    let path = r.uri.slice('/feeds/'.length);
    if (path == '' || path.endsWith('/')) {
        path += 'index.html';
    }
    if (!isName(path) || /%2f/i.test(r.variables.request_uri.split('?')[0])) {
        return missing(r);
    }
    if (!stat(folder + 'rss.xml')) {
        return say(r, 503, 'The first edition is not out yet; ask again soon.',
            {'Retry-After': '5', 'Cache-Control': 'no-store'});
    }
    let kind = kindOf(path, r);
    if (kind.isFeed && isForAPerson(r)) {
        const page = path.slice(0, path.lastIndexOf('/') + 1) + 'index.html';
        if (stat(folder + page)) {
            const vary = kind.caching.Vary;
            path = page;
            kind = kindOf(page, r);
            kind.caching.Vary = vary;
        }
    }
    const gone = hasLeft(folder, path);
    const found = stat(folder + path);
    if (gone && (!found || path.endsWith('.json'))) {
        return say(r, 410, 'This article is no longer published.',
            {'Cache-Control': 'public, max-age=300'});
    }
    if (!found) {
        if (!path.endsWith('index.html') && stat(folder + path + '/index.html')) {
            return say(r, 301, r.uri + '/', {'Location': r.uri + '/', 'Cache-Control': 'no-store'});
        }
        return missing(r);
    }
    if (gone) {
        // The notice of an article that was killed: nobody asks again whether it has changed.
        return say(r, 410, fs.readFileSync(folder + path), merged(kind.caching, kind.others));
    }
    return give(r, folder, path, kind, found);
}

function give(r, folder, path, kind, found) {
    const digest = digestOf(folder + path);
    const age = Date.now() - found.mtimeMs;
    const date = age >= YOUNG ? httpDate(found.mtimeMs) : '';
    const form = kind.isText ? chosen(r, folder + path) : null;
    const coding = form ? form.coding : 'identity';
    const tags = r.headersIn['If-None-Match'];
    const since = r.headersIn['If-Modified-Since'];
    let held = null;
    if (tags !== undefined) {
        held = heldForm(tags, digest);
    } else if (since !== undefined && date && since == date) {
        held = coding;
    }
    if (held) {
        const unchanged = merged({'ETag': tag(digest, held)}, kind.caching);
        return say(r, 304, '', unchanged);
    }
    const headers = merged(kind.caching, kind.others);
    headers['ETag'] = tag(digest, coding);
    if (form) {
        headers['Content-Encoding'] = coding;
        if (date) {
            headers['Last-Modified'] = date;
        }
        return say(r, 200, form.content, headers);
    }
    r.variables.feeds_date = date;
    r.variables.feeds_headers = JSON.stringify(headers);
    return r.internalRedirect('/_feeds/' + encodeURI(path));
}

function headers(r) {
    const named = JSON.parse(r.variables.feeds_headers);
    Object.keys(named).forEach((name) => {
        r.headersOut[name] = named[name];
    });
}

// --- answers without a file ---------------------------------------------------------------------

function say(r, status, text, named) {
    if (status >= 300 && status != 304 && !named['Content-Type']) {
        r.headersOut['Content-Type'] = 'text/plain; charset=utf-8';
        r.headersOut['X-Content-Type-Options'] = 'nosniff';
        r.headersOut['Content-Security-Policy'] = INERT;
        text += '\n';
    }
    Object.keys(named).forEach((name) => {
        r.headersOut[name] = named[name];
    });
    if (status == 204 || status == 304) {
        r.status = status;
        r.sendHeader();
        return r.finish();
    }
    return r.return(status, text);
}

function missing(r) {
    say(r, 404, 'There is nothing here. All feeds are at /feeds/',
        {'Cache-Control': 'public, max-age=60'});
}

// --- files --------------------------------------------------------------------------------------

function isName(path) {
    return path.split('/').every((part) => part && part[0] != '.' && !/[\\\0]/.test(part));
}

function stat(place) {
    try {
        const found = fs.lstatSync(place);
        return found.isFile() ? found : null;
    } catch (fault) {
        return null;
    }
}

function read(place) {
    try {
        return fs.readFileSync(place);
    } catch (fault) {
        return null;
    }
}

function digestOf(place) {
    const told = read(place + '.etag');
    if (told) {
        return told.toString().slice(1, -1);
    }
    return crypto.createHash('sha256').update(fs.readFileSync(place)).digest('hex').slice(0, 32);
}

// What is left of an article that is gone is a marker where its JSON stood.
function hasLeft(folder, path) {
    const found = /^(articles\/[^\/]+)\.(html|json)$/.exec(path);
    if (!found) {
        return false;
    }
    try {
        const text = fs.readFileSync(folder + found[1] + '.json').toString();
        return text.includes('"gone"') && JSON.parse(text)._markwire.gone !== undefined;
    } catch (fault) {
        return false;
    }
}

function tag(digest, form) {
    return form == 'identity' ? `"${digest}"` : `"${digest}-${form}"`;
}

function httpDate(milliseconds) {
    return new Date(Math.floor(milliseconds / 1000) * 1000).toUTCString();
}

// --- what is said with a kind of file -----------------------------------------------------------

function kindOf(path, r) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const suffix = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
    const isKept = path.startsWith('media/');
    const isFeed = !isKept && FEEDS[name] !== undefined;
    const type = isFeed ? FEEDS[name] + '; charset=utf-8' : TEXTS[suffix] || MEDIA[suffix];
    const isText = isFeed || TEXTS[suffix] !== undefined;
    const caching = {
        'Cache-Control': isKept ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
    };
    const others = {
        'Content-Type': type || 'application/octet-stream',
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer-when-downgrade',
    };
    if (isText) {
        caching['Vary'] = isFeed ? 'Accept, Accept-Encoding, Sec-Fetch-Dest' : 'Accept-Encoding';
    }
    if (isFeed || (suffix != 'html' && !isKept)) {
        const open = isFeed ? caching : others;
        open['Access-Control-Allow-Origin'] = '*';
        open['Access-Control-Expose-Headers'] = 'ETag, Last-Modified, Link';
    }
    if (isFeed) {
        const hubs = r.variables.feeds_hubs.split(' ').filter((hub) => hub);
        const links = [`<${r.variables.feeds_url}${path}>; rel="self"`];
        caching['Link'] = links.concat(hubs.map((hub) => `<${hub}>; rel="hub"`)).join(', ');
    }
    if (suffix == 'html' && !isKept) {
        const own = path.startsWith('articles/')
            ? "media-src http: https:; style-src 'unsafe-inline';"
            : "style-src 'self' 'unsafe-inline'; script-src 'self';";
        others['Content-Security-Policy'] = PAGE + own + PAGE_END;
    } else {
        others['Cross-Origin-Resource-Policy'] = 'cross-origin';
        others['Content-Security-Policy'] = isKept
            ? "default-src 'none'; style-src 'unsafe-inline'; sandbox" : INERT;
    }
    return {isFeed, isText, caching, others};
}

function merged(one, other) {
    return Object.assign({}, one, other);
}

// --- what the client has, and likes -------------------------------------------------------------

// RFC 9110 13.1.2, compared weakly; what a proxy that compresses put behind a tag is passed over.
function heldForm(tags, digest) {
    if (tags.trim() == '*') {
        return 'identity';
    }
    const list = /^[\t ]*(?:(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"[\t ]*)?(?:,[\t ]*(?:(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"[\t ]*)?)*$/;
    if (tags.length > 8192 || !list.test(tags)) {
        return null;
    }
    const own = new RegExp(`"${digest}(?:--?(gzip|br|zstd|deflate))?"`).exec(tags);
    if (!own) {
        return null;
    }
    return own[1] && own[1] != 'deflate' ? own[1] : 'identity';
}

// RFC 9110 12.5.3: what the client likes best of what stands beside the file, and its bytes.
function chosen(r, place) {
    const accepted = r.headersIn['Accept-Encoding'];
    if (!accepted) {
        return null;
    }
    const likes = weights(accepted);
    if (likes['x-gzip'] !== undefined && likes.gzip === undefined) {
        likes.gzip = likes['x-gzip'];
    }
    const weight = (coding) => likes[coding] !== undefined ? likes[coding] : likes['*'] || 0;
    const identity = likes.identity || 0;
    let best = null;
    CODINGS.forEach((each) => {
        const isBetter = best ? weight(each[0]) > weight(best.coding) : weight(each[0]) >= identity;
        if (weight(each[0]) > 0 && isBetter) {
            const content = read(place + each[1]);
            best = content ? {coding: each[0], content: content} : best;
        }
    });
    return best;
}

function isForAPerson(r) {
    const dest = r.headersIn['Sec-Fetch-Dest'];
    if (dest) {
        return dest == 'document';
    }
    const likes = weights(r.headersIn['Accept'] || '');
    const most = (names) => Math.max.apply(null, names.map((name) => likes[name] || 0));
    return most(LIKES_PAGES) > most(LIKES_FEEDS);
}

function weights(text) {
    const found = {};
    text.slice(0, 1024).split(',').forEach((member) => {
        const parts = member.split(';').map((part) => part.trim().toLowerCase());
        let weight = 1;
        parts.slice(1).forEach((parameter) => {
            if (parameter.startsWith('q=')) {
                const q = parameter.slice(2);
                weight = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : -1;
            }
        });
        if (parts[0] && weight >= 0) {
            found[parts[0]] = Math.max(weight, found[parts[0]] || 0);
        }
    });
    return found;
}

export default {answer, headers};
