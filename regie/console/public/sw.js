// Keeps the console's own files, so that it opens without the server and can say so. Answers of the API are never kept.
const KEPT = 'regie-console-2'

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then(keepShell)
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), forgetOthers()]))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (url.pathname.startsWith('/console/')) event.respondWith(hashed(request))
})

/** What earlier workers have kept in their way. */
async function forgetOthers() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))
}

/** The page and what it loads at once: enough to open and to say that the server is away. */
async function keepShell(cache) {
  const page = await fetch('/', { cache: 'no-cache' })
  if (!page.ok) throw new Error(`the page answers ${page.status}`)
  const html = await page.clone().text()
  const names = [...new Set(html.match(/\/console\/[\w.-]+/g))]
  await Promise.all(names.map(async (name) => keep(cache, name, await fetch(name))))
  await cache.put('/', page)
}

/** The newest page; without the server the last one. */
async function page(request) {
  const cache = await caches.open(KEPT)
  try {
    const fresh = await fetch(request)
    if (fresh.ok && fresh.headers.get('x-regie-console') === 'page') {
      await cache.put('/', fresh.clone())
    }
    return fresh
  } catch (error) {
    const kept = await cache.match('/')
    if (kept) return kept
    throw error
  }
}

/** Files whose name changes with their content. */
async function hashed(request) {
  const cache = await caches.open(KEPT)
  const kept = await cache.match(request)
  if (kept) return kept
  const fresh = await fetch(request)
  if (fresh.ok) {
    await keep(cache, request, fresh.clone())
    await forgetSome(cache)
  }
  return fresh
}

/**
 * As one that has to be asked for each time, here and not of the server. Chromium takes what may be kept for ever from its
 * memory for the preload of a module and asks again for the module itself: everything came twice, and it warned of preloads.
 */
async function keep(cache, request, response) {
  if (!response.ok) throw new Error(`${request} answers ${response.status}`)
  const headers = new Headers(response.headers)
  headers.set('cache-control', 'no-cache')
  await cache.put(request, new Response(response.body, { headers }))
}

// Files of builds long gone.
const MOST = 200
async function forgetSome(cache) {
  const keys = await cache.keys()
  await Promise.all(keys.slice(1, Math.max(1, keys.length - MOST)).map((key) => cache.delete(key)))
}

// A message for the person, while no window need be open. What it says was written by the server and sealed for this browser.
self.addEventListener('push', (event) => {
  const { id, title, body, link } = event.data.json()
  event.waitUntil(
    self.registration.showNotification(title, { body, tag: id, icon: '/console-icon-192.png', data: { link } }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openAt(event.notification.data?.link ?? '/'))
})

/** In the window that is there already, else in a new one: in any other window somebody may have begun to write. */
async function openAt(link) {
  const address = new URL(link, self.location.origin)
  const windows = address.origin === self.location.origin ? await self.clients.matchAll({ type: 'window' }) : []
  const there = windows.find(({ url }) => url === address.href)
  return there === undefined ? self.clients.openWindow(address) : there.focus()
}
