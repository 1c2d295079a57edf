// Searches articles, notes, topics, systems and people. The index is small script files, so the search also works from a folder.
// Format of the files: crawler/sitegen/search_index.py, of their entries: search_entries.py. Words are split as in crawler/search_words.py.
const hashtrail = (() => {
  const PAGE = 10, FIRST_ROW_FILES = 3, MAX_LENGTH = 200, MAX_CLAUSES = 12, MAX_CHECKED = 48, DEBOUNCE = 160
  const WEIGHTS = [12, 8, 3, 3, 1] // whole name, title, facts, excerpt, text
  const OWN_FIELDS = [0, 1, 3, 4] // without facts: topics and their aliases exclude nothing
  const STEM = 0.9, PREFIX = 0.6, LONGEST_SHORT_PREFIX = 5, MAX_TERM = 40, LEADING = 4, NAMED_LEVEL = 18, NO_RANK = -1e9
  const FILTERS = new Map([["topic", "topic"], ["kind", "kind"], ["site", "site"], ["source", "site"], ["by", "by"], ["author", "by"], ["lang", "lang"], ["before", "before"], ["after", "after"], ["year", "year"]])
  const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
  const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]))
  const UNSPACED = "\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u1b00-\u1b7f\u3041-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua980-\uaadf\uf900-\ufaff"
  const TERM = /(?<![\p{L}\p{N}.])\.(?=\p{L})[\p{L}\p{N}]+|[\p{L}\p{N}]+(?:(?:\+\+?|#)(?![\p{L}\p{N}+#]))?/gu
  const PARTS = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "g"), UNSPACED_LETTER = new RegExp(`[${UNSPACED}]`)

  // Words
  const fold = text => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[\u{10000}-\u{10ffff}]/gu, " ").normalize("NFKC").replaceAll("ß", "ss").replaceAll("ς", "σ")
  const pairs = letters => letters.length < 2 ? [letters] : Array.from({ length: letters.length - 1 }, (_, at) => letters.slice(at, at + 2))
  const isUnspaced = text => UNSPACED_LETTER.test(text)
  const split = text => (fold(text).match(TERM) || []).flatMap(word => isUnspaced(word) ? word.match(PARTS).flatMap(part => isUnspaced(part) ? pairs(part) : [part]) : [word]).map(term => term.slice(0, MAX_TERM))

  // Porter's algorithm (https://tartarus.org/martin/PorterStemmer/), to match plurals and other forms
  const STEP2 = [["ational", "ate"], ["tional", "tion"], ["enci", "ence"], ["anci", "ance"], ["izer", "ize"], ["logi", "log"], ["bli", "ble"], ["alli", "al"], ["entli", "ent"], ["eli", "e"], ["ousli", "ous"], ["ization", "ize"], ["ation", "ate"], ["ator", "ate"], ["alism", "al"], ["iveness", "ive"], ["fulness", "ful"], ["ousness", "ous"], ["aliti", "al"], ["iviti", "ive"], ["biliti", "ble"]]
  const STEP3 = [["icate", "ic"], ["ative", ""], ["alize", "al"], ["iciti", "ic"], ["ical", "ic"], ["ful", ""], ["ness", ""]]
  const STEP4 = ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"].map(ending => [ending, ""])
  const shape = stem => [...stem].reduce((known, letter, at) => known + ("aeiou".includes(letter) || (letter === "y" && at && known[at - 1] === "c") ? "v" : "c"), "")
  const measure = stem => (shape(stem).match(/vc|v+c/g) || []).length
  const endsShort = stem => /cvc$/.test(shape(stem)) && !/[wxy]$/.test(stem)
  const longestEnding = (word, rules) => rules.filter(([ending]) => word.endsWith(ending)).sort((a, b) => b[0].length - a[0].length)[0]
  const replaceEnding = (word, rules, least) => {
    const rule = longestEnding(word, rules)
    const stem = rule && word.slice(0, -rule[0].length)
    return rule && measure(stem) > least && (rule[0] !== "ion" || /[st]$/.test(stem)) ? stem + rule[1] : word
  }
  function stemOf(word) {
    if (word.length < 3 || !/^[a-z]+$/.test(word)) return word
    let stem = word.replace(/sses$/, "ss").replace(/ies$/, "i").replace(/([^s])s$/, "$1")
    const past = /^(.*)(ed|ing)$/.exec(stem)
    if (stem.endsWith("eed")) { if (measure(stem.slice(0, -3)) > 0) stem = stem.slice(0, -1) }
    else if (past && shape(past[1]).includes("v")) {
      stem = past[1]
      if (/(at|bl|iz)$/.test(stem)) stem += "e"
      else if (/([^aeiou])\1$/.test(stem) && !/[lsz]$/.test(stem)) stem = stem.slice(0, -1)
      else if (measure(stem) === 1 && endsShort(stem)) stem += "e"
    }
    if (stem.endsWith("y") && shape(stem.slice(0, -1)).includes("v")) stem = `${stem.slice(0, -1)}i`
    stem = replaceEnding(replaceEnding(replaceEnding(stem, STEP2, 0), STEP3, 0), STEP4, 1)
    const start = stem.slice(0, -1)
    if (stem.endsWith("e") && (measure(start) > 1 || (measure(start) === 1 && !endsShort(start)))) stem = start
    return stem.endsWith("ll") && measure(stem) > 1 ? stem.slice(0, -1) : stem
  }

  // Files of the index
  const loading = new Map(), rows = new Map()
  let index
  const load = (file, version) => {
    if (!loading.has(file)) loading.set(file, new Promise((done, fail) => {
      const script = document.createElement("script")
      script.src = `search/${file}.js${version ? `?${version}` : ""}`
      script.onload = () => { script.remove(); done() }
      script.onerror = () => { script.remove(); loading.delete(file); fail(new Error(file)) }
      document.head.append(script)
    }))
    return loading.get(file)
  }
  const decode = codes => {
    const numbers = []
    let value = 0
    for (const letter of codes) {
      const digit = VALUES.get(letter)
      value = value * 32 + digit % 32
      if (digit < 32) { numbers.push(value); value = 0 }
    }
    return numbers
  }
  const ascending = codes => { let last = -1; return decode(codes).map(gap => last += gap + 1) }
  const runs = codes => {
    const numbers = [], lengths = decode(codes)
    let last = -1
    for (let at = 0; at < lengths.length; at += 2) {
      last += lengths[at] + 1
      numbers.push(last)
      for (let more = lengths[at + 1]; more > 0; more--) numbers.push(++last)
    }
    return numbers
  }
  // Loads the segments. A document has a number in all segments: the offset of its segment and its number in there.
  async function loadIndex() {
    await load("index")
    await Promise.all(index.segments.map(segment => load(`h-${segment.name}`, segment.version)))
    const best = index.segments.filter(segment => segment.ranks.length).map(({ ranks }) => ranks[Math.min(NAMED_LEVEL, ranks.length - 1)])
    index.namedRank = Math.max(NO_RANK, ...best)
    index.documents = index.segments.reduce((sum, { count }) => sum + count, 0)
    index.months = [...new Set(index.segments.flatMap(({ months }) => months))]
    index.isLoaded = true
  }
  function addSegments(value) {
    let offset = 0
    const segments = value.segments.map(([series, start, end, version]) => {
      const segment = { series, start, version, name: series + start, offset, shards: new Map(), spellings: new Map() }
      offset += end - start
      return segment
    })
    index = { ...value, segments, byName: new Map(segments.map(segment => [segment.name, segment])) }
  }
  function shardOf({ first }, term) {
    let low = 0, high = first.length
    while (low + 1 < high) {
      const middle = (low + high) >> 1
      if (first[middle] <= term) low = middle
      else high = middle
    }
    return low
  }
  // The entries near some terms in every segment, as [segment, entries]; with a prefix also those of the next file, if it may have some
  function entriesNear(terms, prefix = "") {
    const wanted = index.segments.flatMap(segment => {
      const numbers = new Set(terms.map(term => shardOf(segment, term)))
      if (prefix) numbers.add(Math.min(shardOf(segment, prefix) + 1, shardOf(segment, `${prefix}\uffff`)))
      return [...numbers].map(number => [segment, number])
    })
    return Promise.all(wanted.map(async ([segment, number]) => {
      await load(`w-${segment.name}-${number}`, segment.version)
      return [segment, segment.shards.get(number) || []]
    }))
  }
  const segmentOf = number => index.segments.findLast(({ offset }) => offset <= number)
  const isNamed = number => segmentOf(number).series === "n"
  // The place of a row: its segment, its file and its position in there
  function placeOf(number) {
    const segment = segmentOf(number), id = number - segment.offset + segment.start, size = index.rows[segment.series]
    return { segment, file: `${segment.series}${Math.floor(id / size)}`, at: id % size }
  }
  const row = number => { const { file, at } = placeOf(number); return rows.get(file)?.[at] }
  const loadRow = number => { const { file, segment } = placeOf(number); return load(`d-${file}`, segment.version) }
  // Sorted by score, then by rank: named pages after the best articles, notes last
  function byScore(weights) {
    const entries = [...weights].map(([number, score]) => {
      const segment = segmentOf(number), level = VALUES.get(segment.levels[number - segment.offset])
      return { number, score, level, rank: segment.series === "n" ? index.namedRank : segment.ranks[level] ?? NO_RANK }
    })
    return entries.sort((a, b) => b.score - a.score || b.rank - a.rank || a.level - b.level || b.number - a.number).map(({ number }) => number)
  }

  // Query: clauses that must match, each with alternatives, and alternatives that must not match
  function parse(text, filters) {
    const request = { clauses: [], excluded: [], dates: [], words: [], phrases: [], filters: [] }
    let joins = false
    for (const [whole, minus, key, quoted, plain] of text.slice(0, MAX_LENGTH).matchAll(/(-?)(?:([\p{L}]+):(?=[^\s]))?(?:"([^"]*)"?|(\S+))/gu)) {
      if (whole === "OR" || whole === "|") { joins = request.clauses.length > 0; continue }
      const filter = key && FILTERS.get(fold(key))
      const value = filter ? quoted ?? plain : whole.slice(minus.length)
      addPart(request, filter, value, { excluded: minus === "-", phrase: quoted !== undefined, joins })
      joins = false
      if (request.clauses.length + request.excluded.length >= MAX_CLAUSES) break
    }
    const last = request.clauses.at(-1)?.at(-1)
    if (last?.words && !last.phrase && !/[\s"]$/.test(text)) last.prefix = true
    for (const [name, value] of filters) addPart(request, FILTERS.get(name), value, {})
    return request
  }
  function addPart(request, filter, value, { excluded, phrase, joins }) {
    const text = value.trim()
    if (filter === "before" || filter === "after" || filter === "year") {
      const [date] = /^\d{4}(?:-\d{2}(?:-\d{2})?)?/.exec(text) || []
      if (date) request.dates.push([filter, date])
      if (date) request.filters.push(`${filter}:${date}`)
      return
    }
    const words = split(text)
    if (!words.length) return
    const part = filter ? { filter, words, value: filter === "site" ? fold(text).replace(/\s/g, "").replace(/^www\./, "") : words.join("-") } : { words, phrase: phrase && words.length > 1 }
    if (excluded) { request.excluded.push(part); return }
    if (joins) request.clauses.at(-1).push(part)
    else request.clauses.push([part])
    if (filter) request.filters.push(`${filter}:${part.value}`)
    else request.words.push(...words)
    if (part.phrase) request.phrases.push(words)
  }

  // Documents of one word: number -> weight; `partial` if only some of the documents are listed
  const addList = (hits, { offset }, codes, weight, isPrefix) => {
    if (!codes) return
    if (codes[0] === "!" && !isPrefix) hits.partial = true
    for (const number of ascending(codes.replace("!", ""))) if (!(hits.weights.get(number + offset) >= weight)) hits.weights.set(number + offset, weight)
  }
  async function lookUp(word, asPrefix, fields = [0, 1, 2, 3, 4]) {
    const stem = stemOf(word), root = stem.length > 3 ? stem.slice(0, -1) : stem, hits = { weights: new Map(), partial: false }
    const near = await entriesNear([word, stem], asPrefix && word.length > LONGEST_SHORT_PREFIX ? word : "")
    for (const [segment, entries] of near) for (const [term, lists] of entries) {
      if (!term.startsWith(root) && !(asPrefix && term.startsWith(word))) continue
      if (/[:_]/.test(term)) continue
      if (term.endsWith("*")) { if (asPrefix && term === `${word}*`) addList(hits, segment, lists, WEIGHTS[1] * PREFIX); continue }
      const starts = asPrefix && term.startsWith(word) ? PREFIX : 0
      const factor = term === word ? 1 : stemOf(term) === stem ? STEM : starts
      const found = lists.split("|")
      if (factor) for (const field of fields) addList(hits, segment, found[field], WEIGHTS[field] * factor, factor === PREFIX)
    }
    return hits
  }
  async function lookUpFilter({ filter, words, value }) {
    if (filter === "by") return intersect(await Promise.all(words.map(word => entriesOf(`by:${word}`))))
    return entriesOf(`${filter}:${value}`)
  }
  // The documents of a filter, or of all filters that start with it
  async function entriesOf(key) {
    const near = await entriesNear([key], key), weights = new Map()
    const found = near.flatMap(([segment, entries]) => entries.filter(([term]) => term.startsWith(key)).map(([term, lists]) => ({ segment, term, lists })))
    const exact = found.filter(({ term }) => term === key)
    for (const { segment, lists } of exact.length ? exact : found) for (const number of runs(lists)) weights.set(segment.offset + number, 0)
    return { weights, partial: false, filter: true }
  }
  async function lookUpDates(dates) {
    let from = "0000", to = "9999"
    for (const [filter, date] of dates) {
      if (filter !== "before" && date > from) from = date
      if (filter === "before" && date < to) to = date
      if (filter === "year" && `${+date.slice(0, 4) + 1}` < to) to = `${+date.slice(0, 4) + 1}`
    }
    const pad = date => `${date}-01-01`.slice(0, 10)
    const start = pad(from), end = pad(to), weights = new Map(), whole = new Set()
    const inside = (first, next) => pad(first) >= start && pad(next) <= end
    for (const month of index.months) {
      const year = month.slice(0, 4), next = `${+year + 1}`, nextMonth = month.endsWith("12") ? next : `${year}-${String(+month.slice(5) + 1).padStart(2, "0")}`
      if (inside(year, next)) whole.add(year)
      else if (pad(nextMonth) > start && pad(month) < end) whole.add(month)
    }
    await Promise.all([...whole].map(async date => {
      for (const [segment, entries] of await entriesNear([`date:${date}`])) {
        const lists = entries.find(([term]) => term === `date:${date}`)?.[1]
        for (const number of lists ? inTime(lists, date, start, end) : []) weights.set(segment.offset + number, 0)
      }
    }))
    return { weights, partial: false, filter: true }
  }
  // The documents of a year, or those of a month on the days from a start to an end
  function inTime(lists, date, start, end) {
    if (date.length === 4) return runs(lists)
    const [numbers, days] = lists.split("|"), dayOf = decode(days)
    return ascending(numbers).filter((_, at) => {
      const day = `${date}-${String(dayOf[at]).padStart(2, "0")}`
      return day >= start && day < end
    })
  }
  function intersect(parts) {
    const complete = parts.filter(part => !part.partial), sets = complete.length ? complete : parts
    if (!sets.length) return { weights: new Map(), partial: false }
    const [first, ...others] = [...sets].sort((a, b) => a.weights.size - b.weights.size)
    const weights = new Map()
    for (const number of first.weights.keys()) if (others.every(other => other.weights.has(number))) {
      weights.set(number, parts.reduce((sum, part) => sum + (part.weights.get(number) || 0) * (part.rarity ?? 1), 0))
    }
    return { weights, partial: !complete.length, filter: parts.every(part => part.filter) }
  }
  const rarityOf = ({ weights, partial }) => partial ? 0.4 : 0.4 + 0.6 * Math.log2(1 + index.documents / (1 + weights.size)) / Math.log2(1 + index.documents)
  async function documentsOf(part, fields) {
    if (part.filter) return lookUpFilter(part)
    const words = await Promise.all(part.words.map((word, at) => lookUp(word, part.prefix && at === part.words.length - 1, fields)))
    part.missing = part.words.filter((_, at) => !words[at].weights.size && !words[at].partial)
    for (const word of words) word.rarity = rarityOf(word)
    return words.length === 1 ? words[0] : intersect(words)
  }
  async function unite(parts) {
    const [first, ...others] = await Promise.all(parts.map(part => documentsOf(part)))
    for (const other of others) {
      for (const [number, weight] of other.weights) first.weights.set(number, Math.max(first.weights.get(number) || 0, weight))
      first.partial ||= other.partial
    }
    return first
  }
  // Documents whose whole name is the query, or starts with it
  async function namedLike(request) {
    const plain = request.clauses.length && request.clauses.every(parts => parts.length === 1 && !parts[0].filter)
    if (!plain || request.words.length < 2 || request.words.length > 4) return new Map()
    const key = request.words.join("_"), hits = { weights: new Map(), partial: false }
    for (const [segment, entries] of await entriesNear([key])) for (const [term, lists] of entries) if (term === key || (request.clauses.at(-1)[0].prefix && term.startsWith(key))) addList(hits, segment, lists.split("|")[0], term === key ? 1 : PREFIX)
    return hits.weights
  }
  async function find(request) {
    const [names, dates, ...clauses] = await Promise.all([namedLike(request), request.dates.length ? lookUpDates(request.dates) : null, ...request.clauses.map(unite)])
    const excluded = await Promise.all(request.excluded.map(part => documentsOf(part, OWN_FIELDS)))
    const all = [...clauses, ...dates ? [dates] : []]
    const common = all.length ? intersect(all) : { weights: new Map() }
    const words = clauses.filter(clause => !clause.filter)
    for (const [number, factor] of names) if (all.every(part => !part.filter || part.weights.has(number))) common.weights.set(number, Math.max(common.weights.get(number) || 0, WEIGHTS[0] * words.length * factor * 1.5))
    for (const part of excluded) for (const number of part.weights.keys()) common.weights.delete(number)
    request.isInText = number => words.some(clause => clause.weights.get(number) <= WEIGHTS[4])
    const inName = (number, factor) => words.every(clause => clause.weights.get(number) >= WEIGHTS[1] * factor)
    const least = [...common.weights.keys()].some(number => inName(number, STEM)) ? STEM : PREFIX
    const isLeading = number => isNamed(number) && words.length && (names.has(number) || inName(number, least))
    const sorted = byScore(common.weights)
    const leading = new Set(sorted.filter(isLeading).slice(0, LEADING))
    return { numbers: [...leading, ...sorted.filter(number => !leading.has(number))], partial: common.partial }
  }

  // A word of the index that differs by one letter, by one missing or added letter, or by two exchanged letters
  function differsByOne(first, second) {
    let start = 0, end = 0
    const shorter = Math.min(first.length, second.length)
    while (start < shorter && first[start] === second[start]) start++
    while (end < shorter - start && first.at(-1 - end) === second.at(-1 - end)) end++
    const a = first.slice(start, first.length - end), b = second.slice(start, second.length - end)
    return (a.length <= 1 && b.length <= 1) || (a.length === 2 && b.length === 2 && a[0] === b[1] && a[1] === b[0])
  }
  async function correct(request) {
    const corrections = new Map()
    for (const word of new Set(request.clauses.flat().flatMap(part => part.missing || []))) {
      if (word.length < 3 || word.length > 16 || isUnspaced(word)) continue
      const likely = (await spellingsOf(word.length)).find(known => differsByOne(word, known))
      if (likely) corrections.set(word, likely)
    }
    return corrections
  }
  // The words that a misspelled word of this length may be, of all segments, most likely class first
  async function spellingsOf(length) {
    const spelled = index.segments.filter(segment => segment.hasSpellings)
    await Promise.all(spelled.map(({ name, version }) => load(`s-${name}-${length}`, version)))
    const classes = spelled.flatMap(({ spellings }) => [...spellings.get(length).entries()])
    return classes.sort(([a], [b]) => a - b).flatMap(([, words]) => words.split(" ")).filter(Boolean)
  }

  // A phrase must be in the title or in the excerpt
  const hasPhrases = (number, phrases) => {
    const texts = [row(number)?.[1], row(number)?.[7]].map(text => ` ${split(text || "").join(" ")} `)
    return phrases.every(words => texts.some(text => text.includes(` ${words.join(" ")} `)))
  }
  async function withPhrases(numbers, phrases) {
    const matching = []
    for (let at = 0; at < Math.min(numbers.length, MAX_CHECKED) && matching.length <= PAGE; at += PAGE) {
      const batch = numbers.slice(at, at + PAGE)
      await Promise.all(batch.map(loadRow))
      matching.push(...batch.filter(number => hasPhrases(number, phrases)))
    }
    return matching
  }
  // The first rows need few requests, so that the reader sees results soon
  function nextRows(numbers, start, end) {
    const files = new Set(), page = []
    for (const number of numbers.slice(start, end)) {
      const { file } = placeOf(number)
      if (!start && !rows.has(file) && files.add(file).size > FIRST_ROW_FILES) break
      page.push(number)
    }
    return page
  }

  // The page
  const form = document.getElementById("search"), results = document.getElementById("results"), status = document.getElementById("search-status")
  const noResults = document.getElementById("no-results"), more = document.getElementById("more-results"), explorerSearch = document.getElementById("explorer-search")
  const SELECTS = ["topic", "kind", "year", "source"]
  let searches = 0, timer, shown = []

  const element = (name, className, ...children) => { const node = document.createElement(name); if (className) node.className = className; node.append(...children.filter(child => child !== "")); return node }
  function isHit(word, request) {
    const prefix = request.clauses.at(-1)?.at(-1)?.prefix && request.words.at(-1)
    return request.words.some(known => known === word || stemOf(known) === stemOf(word)) || (prefix && word.startsWith(prefix))
  }
  // The parts of a text that match the query, as [start, end]
  function hitsIn(text, request) {
    const hits = []
    for (const match of text.matchAll(TERM)) {
      const word = fold(match[0])
      if (!isUnspaced(word)) { if (isHit(word, request)) hits.push([match.index, match.index + match[0].length]); continue }
      const marked = [...match[0]].map(() => false)
      for (const known of request.words) for (let at = word.indexOf(known); at >= 0 && word.length === match[0].length; at = word.indexOf(known, at + 1)) marked.fill(true, at, at + known.length)
      marked.forEach((is, at) => { if (is) hits.push([match.index + at, match.index + at + 1]) })
    }
    return hits
  }
  function highlight(parent, text, request) {
    let last = 0
    for (const [start, end] of hitsIn(text, request)) {
      const mark = parent.lastChild?.nodeName === "MARK" && start === last ? parent.lastChild : element("mark", "")
      mark.append(text.slice(start, end))
      if (!mark.parentNode) parent.append(text.slice(last, start), mark)
      last = end
    }
    parent.append(text.slice(last))
    return parent
  }
  const SNIPPET = 220, BEFORE = 70
  // About thirty words around the first match
  function snippet(text, request) {
    if (text.length <= SNIPPET) return text
    const [[first] = [0]] = hitsIn(text, request)
    const start = first <= BEFORE ? 0 : text.lastIndexOf(" ", first - BEFORE) + 1
    const cut = text.indexOf(" ", start + SNIPPET)
    return `${start ? "… " : ""}${text.slice(start, cut < 0 ? undefined : cut)}${cut < 0 ? "" : " …"}`
  }
  const slug = title => {
    const whole = title.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase().replaceAll("'", "").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "")
    if (whole.length <= 60) return whole
    const cut = whole.slice(0, 61), last = cut.lastIndexOf("-")
    return (last < 0 ? cut : cut.slice(0, last)).slice(0, 60).replace(/^-+|-+$/g, "")
  }
  const pageOf = ([page, title]) => typeof page === "string" ? page : `article/${page}${slug(title) ? `-${slug(title)}` : ""}.html`
  const urlOf = ([, , url, host]) => url && !/^[a-z][a-z0-9+.-]*:/i.test(url) ? `https://${host}${url}` : url
  const dayOf = day => day && new Date(`${day}T12:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" })

  function resultRow(number, request) {
    const result = row(number), [, title, , place = "", kind = "", day = "", topics = [], excerpt = ""] = result, url = urlOf(result)
    const link = highlight(element("a", ""), title, request)
    link.href = pageOf(result)
    link.dir = "auto"
    const labels = topics.map(topic => index.topics[topic]).join(", ")
    const inText = request.isInText(number) ? "word in the text" : ""
    const facts = [kind || "article", isNamed(number) ? "" : place, day && dayOf(day), labels, inText].filter(Boolean)
    const meta = element("p", "meta", ...facts.flatMap(text => [highlight(element("span", ""), text, request), " "]))
    if (/^https?:\/\//i.test(url)) {
      const original = element("a", "", "Open article")
      original.href = url
      original.rel = "noopener"
      meta.append(original)
    }
    const item = element("li", "row", element("h2", "title", link))
    const text = snippet(excerpt, request)
    if (text && text !== title) {
      const lead = highlight(element("p", "lead-in", ""), text, request)
      lead.dir = "auto"
      item.append(lead)
    }
    item.append(meta)
    return item
  }
  async function show(numbers, request, count, search, end = count + PAGE) {
    const page = nextRows(numbers, count, end)
    await Promise.all(page.map(loadRow))
    if (search !== searches) return
    const items = page.filter(row).map(number => resultRow(number, request))
    if (count) results.append(...items)
    else results.replaceChildren(...items)
    shown = { numbers, request, count: count + page.length }
    more.hidden = shown.count >= numbers.length
    return items
  }
  function read() {
    const data = new FormData(form)
    return parse(String(data.get("q") || ""), SELECTS.filter(name => data.get(name)).map(name => [name, String(data.get(name))]))
  }
  async function run() {
    const search = ++searches
    results.setAttribute("aria-busy", "true")
    if (!index?.isLoaded) await loadIndex()
    let request = read(), note = ""
    const empty = !request.clauses.length && !request.dates.length
    let matches = empty ? { numbers: [] } : await find(request)
    if (!empty && !matches.numbers.length) {
      const corrections = await correct(request)
      if (corrections.size) {
        note = `. No results for ${describe(request)}.`
        for (const part of request.clauses.flat()) part.words = part.words.map(word => corrections.get(word) || word)
        request.words = request.words.map(word => corrections.get(word) || word)
        request.phrases = request.phrases.map(words => words.map(word => corrections.get(word) || word))
        matches = await find(request)
      }
    }
    if (request.phrases.length) matches = { numbers: await withPhrases(matches.numbers, request.phrases) }
    if (search !== searches) return
    await show(matches.numbers, request, 0, search)
    if (search !== searches) return
    if (explorerSearch) explorerSearch.search = new URLSearchParams({ _search: request.words.join(" ") })
    noResults.hidden = empty || matches.numbers.length > 0
    status.textContent = empty ? "" : summary(matches, request) + note
    if (shown.count < Math.min(PAGE, matches.numbers.length)) await show(matches.numbers, request, shown.count, search, PAGE)
    if (search === searches) results.setAttribute("aria-busy", "false")
  }
  const describe = ({ words, filters }) => [words.length ? `“${words.join(" ")}”` : "", ...filters].filter(Boolean).join(", ")
  function summary({ numbers, partial }, request) {
    if (!numbers.length) return `No results for ${describe(request)}.`
    const total = `${partial ? "More than " : ""}${numbers.length.toLocaleString("en")} ${numbers.length === 1 ? "result" : "results"}`
    return `${total} for ${describe(request)}`
  }
  function update() {
    clearTimeout(timer)
    const filled = [...new FormData(form)].filter(([, value]) => value)
    if (location.protocol !== "file:") history.replaceState(null, "", filled.length ? `?${new URLSearchParams(filled)}` : location.pathname)
    return run().catch(() => { status.textContent = "Search is unavailable: the index could not be loaded. Browse topics or weeks." })
  }
  function moveFocus(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const links = [form.elements.q, ...results.querySelectorAll(".title a")], at = links.indexOf(document.activeElement)
    if (!step || at < 0 || !links[at + step] || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    links[at + step].focus()
  }

  form.hidden = false
  document.getElementById("search-help").hidden = false
  for (const [name, value] of new URLSearchParams(location.search)) if (["q", ...SELECTS].includes(name)) form.elements[name].value = value.slice(0, MAX_LENGTH)
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(update, DEBOUNCE) })
  form.addEventListener("submit", event => { event.preventDefault(); update() })
  document.addEventListener("keydown", moveFocus)
  more.addEventListener("click", async () => {
    const [first] = await show(shown.numbers, shown.request, shown.count, searches) || []
    first?.querySelector("a").focus()
  })
  document.getElementById("clear-filters").addEventListener("click", () => {
    for (const name of SELECTS) form.elements[name].value = ""
    update()
  })
  if (location.search) addEventListener("DOMContentLoaded", update)
  else form.elements.q.focus()

  return {
    index: addSegments,
    segment: (name, { terms, months, spellings, ...head }) => Object.assign(index.byName.get(name), head, { first: terms.split(" "), months: months.split(" ").filter(Boolean), hasSpellings: spellings }),
    words: (name, number, value) => index.byName.get(name).shards.set(number, value.split("\n").map(line => { const at = line.indexOf(" "); return [line.slice(0, at), line.slice(at + 1)] })),
    documents: (file, value) => rows.set(file, value),
    spellings: (name, length, classes) => index.byName.get(name).spellings.set(length, classes),
  }
})()
