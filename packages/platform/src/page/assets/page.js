// Fetches this page again and takes over what changed, so that scroll, focus and selection stay where they are.
const EVERY_MS = 2_000
const AFTER_FAILURE_MS = 4_000

const stale = document.getElementById('stale')
const live = document.getElementById('live')
let lastSeen = new Date()

async function refresh() {
  const response = await fetch(location.href, {
    headers: { accept: 'text/html' },
    cache: 'no-store',
    signal: AbortSignal.timeout(8_000),
  })
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  const next = new DOMParser().parseFromString(await response.text(), 'text/html')
  takeOver(document.getElementById('main'), next.getElementById('main'))
  lastSeen = new Date()
  showStale(false)
}

/** Walks both trees; where shape and attributes agree it goes deeper, elsewhere it puts the new node in place. */
function takeOver(current, next) {
  if (current.isEqualNode(next)) return
  const alike = current.nodeType === next.nodeType && current.nodeName === next.nodeName && key(current) === key(next)
  if (!alike) return current.replaceWith(document.importNode(next, true))
  if (current.nodeType !== Node.ELEMENT_NODE) {
    current.nodeValue = next.nodeValue
    return
  }
  for (const { name, value } of next.attributes)
    if (current.getAttribute(name) !== value) current.setAttribute(name, value)
  for (const { name } of [...current.attributes]) if (!next.hasAttribute(name)) current.removeAttribute(name)
  const news = [...next.childNodes]
  const isList =
    news.some((node) => key(node) !== undefined) || [...current.childNodes].some((node) => key(node) !== undefined)
  if (isList) takeOverRows(current, news)
  else takeOverChildren(current, news)
}

function takeOverChildren(current, news) {
  const olds = [...current.childNodes]
  news.forEach((node, index) => {
    if (olds[index]) takeOver(olds[index], node)
    else current.append(document.importNode(node, true))
  })
  for (const old of olds.slice(news.length)) old.remove()
}

/** Rows keep their identity: a new one on top must not rewrite those below it. */
function takeOverRows(current, news) {
  const olds = new Map([...current.children].map((row) => [key(row), row]))
  for (const [index, node] of news.entries()) {
    const old = olds.get(key(node))
    olds.delete(key(node))
    const place = current.childNodes[index] ?? null
    if (old === undefined) {
      current.insertBefore(document.importNode(node, true), place)
      continue
    }
    if (old !== place) current.insertBefore(old, place)
    takeOver(old, node)
  }
  for (const row of olds.values()) row.remove()
}

function key(node) {
  return node.dataset?.key
}

function showStale(isStale) {
  live.hidden = isStale
  document.body.classList.toggle('is-stale', isStale)
  if (stale.hidden !== isStale) return
  stale.hidden = !isStale
  stale.textContent = isStale
    ? `${stale.dataset.words} ${lastSeen.toLocaleTimeString(document.documentElement.lang)}`
    : ''
}

async function loop() {
  let wait = EVERY_MS
  if (document.visibilityState === 'visible') {
    try {
      await refresh()
    } catch {
      showStale(true)
      wait = AFTER_FAILURE_MS
    }
  }
  setTimeout(loop, wait)
}

setTimeout(loop, EVERY_MS)
