(() => {
  "use strict";

  // Buttons that copy an address. Where the page is no secure place, the old way is left.
  const said = document.getElementById("said");
  const copied = async (text, code) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      getSelection().selectAllChildren(code);
      return document.execCommand("copy");
    }
  };
  for (const button of document.querySelectorAll("button.copy")) {
    const name = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = document.getElementById(button.dataset.of);
      const done = await copied(code.textContent, code);
      button.textContent = done ? "Copied" : "Select it by hand";
      said.textContent = done ? "The address is copied." : "The browser did not copy the address.";
      setTimeout(() => { button.textContent = name; }, 2500);
    });
  }

  // The search box, which is there only where this script is.
  const box = document.getElementById("search");
  if (!box) return;
  const field = box.querySelector("input");
  const list = box.querySelector("ul");
  const count = box.querySelector("p");
  const SHOWN = 30;

  // Marks are dropped, and scripts without blanks between words are cut into pairs of letters.
  const unspaced = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]+/gu;
  const pairs = (run) => {
    const letters = [...run];
    return ` ${letters.length < 2 ? run : letters.slice(1).map((l, i) => letters[i] + l).join(" ")} `;
  };
  const words = (text) => text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase()
    .split(/[\p{Z}\p{P}\p{Cc}]+/u).flatMap((word) => word.replace(unspaced, pairs).split(" "))
    .filter(Boolean);

  const loaded = (src) => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = done;
    script.onerror = () => failed(new Error(`${src} cannot be read`));
    document.head.append(script);
  });
  let index;
  const made = async () => {
    globalThis.feedsmithSearch = [];
    for (const src of box.dataset.scripts.split(" ")) await loaded(src);
    const search = new MiniSearch({
      fields: ["title", "topics", "source", "summary"],
      tokenize: words,
      processTerm: (term) => term,
      searchOptions: {
        boost: { title: 4, topics: 2 },
        combineWith: "AND",
        fuzzy: (term) => (term.length > 4 ? 0.2 : false),
        prefix: true,
      },
    });
    const names = ["href", "title", "source", "day", "topics", "summary", "language"];
    const all = feedsmithSearch.map((line, id) => ({ id, ...Object.fromEntries(names.map((n, i) => [n, line[i]])) }));
    await search.addAllAsync(all, { chunkSize: 500 });
    // Where nothing has the words, their beginnings may: endings differ, in most languages.
    const stem = (term) => term.slice(0, Math.max(4, Math.ceil(term.length * 0.6)));
    return (query) => {
      const found = search.search(query);
      const more = found.length ? found : search.search(query, { processTerm: stem, fuzzy: false });
      return more.map((result) => all[result.id]);
    };
  };

  const element = (name, text, attributes) => Object.assign(document.createElement(name), { textContent: text, ...attributes });
  const shown = (article) => {
    const item = element("li", "", { dir: "auto", lang: article.language });
    const hint = [article.day, article.source, article.topics].filter(Boolean).join(" · ");
    item.append(article.href ? element("a", article.title, { href: article.href }) : element("span", article.title));
    item.append(element("div", hint, { className: "hint", dir: "auto", lang: "en" }));
    if (article.summary) item.append(element("p", article.summary));
    return item;
  };
  const told = (number) => {
    if (!number) return "Nothing found.";
    const found = number === 1 ? "1 article found" : `${number} articles found`;
    return number > SHOWN ? `${found}; the best ${SHOWN} are listed.` : `${found}.`;
  };
  const answer = async () => {
    const query = field.value.trim();
    document.body.classList.toggle("searching", query !== "");
    list.replaceChildren();
    count.textContent = query ? "Searching …" : "";
    try {
      index ??= made();
      const find = await index;
      if (query !== field.value.trim() || !query) return;
      const found = find(query);
      list.replaceChildren(...found.slice(0, SHOWN).map(shown));
      count.textContent = told(found.length);
    } catch (error) {
      index = undefined;
      count.textContent = `The search does not work: ${error.message}.`;
    }
  };
  box.hidden = false;
  field.addEventListener("focus", () => { index ??= made(); index.catch(() => { index = undefined; }); });
  field.addEventListener("input", answer);
  if (field.value) answer();
})();
