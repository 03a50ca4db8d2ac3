/**
 * Where somebody goes on, as a path of this server; `/` for what is none. Of `/.//elsewhere.example` a browser makes the path
 * `//elsewhere.example`, which is another server: what it begins with is one slash.
 */
export function localPath(wanted, origin) {
  if (wanted === null || !URL.canParse(wanted, origin)) return '/'
  const { origin: of, pathname, search } = new URL(wanted, origin)
  return of === origin ? pathname.replace(/^\/+/, '/') + search : '/'
}

/** Where this page was asked to go on. */
export function nextPath() {
  return localPath(new URLSearchParams(location.search).get('next'), location.origin)
}
