// Runs in the page, in the pseudo-language: every text that stands outside of ⟦ ⟧ and is not marked as data.
;(() => {
  const isForeign = (text) => /\p{L}{2}/u.test(text.replace(/⟦[^⟧]*⟧/gu, ''))
  const isData = (element) => element.closest('[translate="no"], script, style, noscript') !== null
  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement
    if (parent !== null && !isData(parent) && isForeign(node.textContent ?? ''))
      texts.push(node.textContent.trim().slice(0, 80))
  }
  for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
    for (const element of document.body.querySelectorAll(`[${name}]`)) {
      const value = element.getAttribute(name) ?? ''
      if (!isData(element) && isForeign(value)) texts.push(`${name}="${value}"`)
    }
  }
  return texts
})()
