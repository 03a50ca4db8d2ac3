const KEY = 'regie.reloaded'
const ONCE_MS = 10_000

/** Has the console open without its server, installed as an app or not. */
export function keepInstalled(): void {
  if (import.meta.env.PROD && 'serviceWorker' in navigator)
    void navigator.serviceWorker.register('/sw.js').catch(() => {})
}

/**
 * A page's files did not come. With the server there they are gone, because it has a new build: then the page is loaded anew,
 * which is `newer` only where that was done just now and has not helped. Otherwise the server is `away`.
 */
export async function goToNewBuild(): Promise<'reloading' | 'newer' | 'away'> {
  // Without a server a reload would end on the browser's own page of errors; ours says so, and goes on once it is back.
  if (!(await isServerThere())) return 'away'
  if (Date.now() - Number(sessionStorage.getItem(KEY) ?? 0) < ONCE_MS) return 'newer'
  sessionStorage.setItem(KEY, String(Date.now()))
  window.location.reload()
  return 'reloading'
}

/** Whether it answers at all. */
export function isServerThere(): Promise<boolean> {
  return fetch('/health', { cache: 'no-store', signal: AbortSignal.timeout(ONCE_MS) }).then(
    ({ ok }) => ok,
    () => false,
  )
}

/** Whether the server's page begins with another script than this one did. Not known is no. */
export async function isNewBuildThere(): Promise<boolean> {
  const own = document.querySelector('script[type="module"][src^="/console/"]')?.getAttribute('src')
  if (own == null) return false
  try {
    const page = await fetch('/', { cache: 'no-cache', signal: AbortSignal.timeout(ONCE_MS) })
    return page.ok && page.headers.get('x-regie-console') === 'page' && !(await page.text()).includes(own)
  } catch {
    return false
  }
}
