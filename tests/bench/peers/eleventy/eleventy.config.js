// One page an article; RSS with full text for the site and for each section, tag and author.
import pluginRss from "@11ty/eleventy-plugin-rss";

const LIMIT = 50;

export default function (config) {
  config.addPlugin(pluginRss);
  config.addGlobalData("metadata", { title: "Bench", base: "https://example.org/" });

  config.addCollection("feeds", (all) => {
    const newest = all.getFilteredByGlob("content/**/*.md").sort((a, b) => b.date - a.date);
    const feeds = new Map([["", newest.slice(0, LIMIT)]]);
    const put = (kind, value, article) => {
      const path = `${kind}/${config.getFilter("slugify")(value)}/`;
      if (!feeds.has(path)) feeds.set(path, []);
      if (feeds.get(path).length < LIMIT) feeds.get(path).push(article);
    };
    for (const article of newest) {
      put("section", article.data.section, article);
      for (const tag of article.data.tags) put("tag", tag, article);
      for (const author of article.data.authors) put("author", author, article);
    }
    return [...feeds].map(([path, articles]) => ({ path, articles }));
  });

  return {
    dir: { input: ".", includes: "layouts", output: "_site" },
    markdownTemplateEngine: false, // articles hold Markdown only, and are spared a pass of Liquid
  };
}
