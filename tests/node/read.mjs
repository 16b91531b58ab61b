// Read feeds with feedsmith and print them in the shape of tests/oracles/readers.py.
//
//     node read.mjs FILE…        → a JSON array, one object a file, in the order given

import { readFileSync } from 'node:fs'
import { parseFeed } from 'feedsmith'

const byRelation = (links = [], relation) => links.find((link) => (link.rel ?? 'alternate') === relation)

const picture = (content) => ({
  url: content.url ?? '',
  credit: content.credits?.[0]?.value ?? '',
  description: content.description?.value ?? '',
})

const pictures = (media) => {
  const contents = [...(media?.contents ?? []), ...(media?.groups ?? []).flatMap((group) => group.contents ?? [])]
  return contents.filter((content) => (content.medium ?? 'image') === 'image').map(picture)
}

const fromRss = (feed) => ({
  title: feed.title,
  home: feed.link,
  self_url: byRelation(feed.atom?.links, 'self')?.href,
  language: feed.language,
  items: (feed.items ?? []).map((item) => ({
    id: item.guid?.value,
    title: item.title,
    url: item.link,
    published: item.pubDate,
    updated: item.atom?.updated,
    authors: item.dc?.creators ?? [],
    summary: item.description,
    body: item.content?.encoded,
    tags: (item.categories ?? []).map((category) => category.name),
    enclosure: item.enclosures?.[0],
    pictures: pictures(item.media),
  })),
})

const fromAtom = (feed) => ({
  title: feed.title?.value,
  home: byRelation(feed.links, 'alternate')?.href,
  self_url: byRelation(feed.links, 'self')?.href,
  language: feed.xml?.lang,
  items: (feed.entries ?? []).map((entry) => {
    const enclosure = byRelation(entry.links, 'enclosure')
    return {
      id: entry.id,
      title: entry.title?.value,
      url: byRelation(entry.links, 'alternate')?.href,
      published: entry.published,
      updated: entry.updated,
      authors: (entry.authors ?? []).map((author) => author.name),
      summary: entry.summary?.value,
      body: entry.content?.value,
      tags: (entry.categories ?? []).map((category) => category.term),
      enclosure: enclosure && { url: enclosure.href, type: enclosure.type, length: enclosure.length },
      pictures: pictures(entry.media),
    }
  }),
})

const fromJson = (feed) => ({
  title: feed.title,
  home: feed.home_page_url,
  self_url: feed.feed_url,
  language: feed.language,
  items: (feed.items ?? []).map((item) => {
    const attachment = item.attachments?.[0]
    return {
      id: item.id,
      title: item.title,
      url: item.url,
      published: item.date_published,
      updated: item.date_modified,
      authors: (item.authors ?? []).map((author) => author.name),
      summary: item.summary,
      body: item.content_html ?? item.content_text,
      tags: item.tags ?? [],
      enclosure: attachment && {
        url: attachment.url,
        type: attachment.mime_type,
        length: attachment.size_in_bytes,
      },
      pictures: item.image ? [{ url: item.image, credit: '', description: '' }] : [],
    }
  }),
})

const shapes = { rss: fromRss, atom: fromAtom, json: fromJson }

const read = (path) => {
  const { format, feed } = parseFeed(readFileSync(path, 'utf8'))
  if (!(format in shapes)) throw new Error(`${path}: feedsmith reads it as ${format}`)
  return { form: format, ...shapes[format](feed) }
}

process.stdout.write(JSON.stringify(process.argv.slice(2).map(read)))
