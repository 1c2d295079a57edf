export default function (cfg) {
  cfg.setQuietMode(true);
  const by = (a, b) => b.date - a.date;
  let memo;
  function topicMap(api) {
    if (memo) return memo;
    memo = new Map();
    const all = api.getFilteredByGlob("content/a/*.md").slice().sort(by);
    for (const p of all) for (const t of p.data.topics) { if (!memo.has(t)) memo.set(t, []); memo.get(t).push(p); }
    return memo;
  }
  cfg.on("eleventy.before", () => { memo = undefined; });
  cfg.addCollection("articles", api => api.getFilteredByGlob("content/a/*.md").slice().sort(by));
  cfg.addCollection("latest", api => api.getFilteredByGlob("content/a/*.md").slice().sort(by).slice(0, 25));
  cfg.addCollection("topics", api => [...topicMap(api)].map(([name, items]) => ({ name, n: items.length, feed: items.slice(0, 20) })));
  cfg.addCollection("topicPages", api => {
    const out = [];
    for (const [name, items] of topicMap(api)) {
      const total = Math.ceil(items.length / 25);
      for (let i = 0; i < total; i++) out.push({ name, no: i + 1, total, items: items.slice(i * 25, (i + 1) * 25) });
    }
    return out;
  });
  const p2 = n => String(n).padStart(2, "0");
  cfg.addFilter("ymd", d => d.getUTCFullYear() + "-" + p2(d.getUTCMonth() + 1) + "-" + p2(d.getUTCDate()));
  cfg.addFilter("rfc", d => d.toUTCString());
  return { dir: { input: "content", includes: "../_includes", output: "_site" }, markdownTemplateEngine: false, htmlTemplateEngine: "njk" };
}
