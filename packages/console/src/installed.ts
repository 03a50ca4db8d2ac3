const KEY = 'regie.reloaded'
const ONCE_MS = 10_000

/** Has the console open without its server, installed as an app or not, and go over to a new build by itself. */
export function keepInstalled(): void {
  if (import.meta.env.PROD && 'serviceWorker' in navigator)
    void navigator.serviceWorker.register('/sw.js').catch(() => {})
  // After a new build the files of the old one are gone: whoever opens a page that was not loaded yet gets the new console.
  window.addEventListener('vite:preloadError', () => {
    if (Date.now() - Number(sessionStorage.getItem(KEY) ?? 0) < ONCE_MS) return
    // Without a server a reload would end on the browser's own page of errors; ours says so, and goes on once it is back.
    void fetch('/health', { cache: 'no-store', signal: AbortSignal.timeout(ONCE_MS) }).then(
      ({ ok }) => {
        if (!ok) return
        sessionStorage.setItem(KEY, String(Date.now()))
        window.location.reload()
      },
      () => {},
    )
  })
}
