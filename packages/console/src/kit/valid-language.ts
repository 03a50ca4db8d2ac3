// Chromium under the locale POSIX, as on many servers and in containers, calls its language `en-US@posix`. That is no
// language tag: uPlot, which hands it to Intl when it is loaded, would take the whole page down with it.
try {
  Intl.getCanonicalLocales(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', {
    value: navigator.language.replace(/[^\w-].*/, ''),
    configurable: true,
  })
}
