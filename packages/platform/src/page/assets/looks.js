// The theme that was chosen in the console, before anything is drawn; without a choice the system's.
try {
  const { theme } = JSON.parse(localStorage.getItem('regie.preferences') ?? '{}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage that is refused or broken is no reason not to sign in.
}

// What stands behind # is the secret of a link, or a place in the page: another language must not lose it. No server sees it.
function keepHash() {
  for (const link of document.querySelectorAll('nav a[hreflang]')) link.hash = location.hash
}
addEventListener('DOMContentLoaded', keepHash)
addEventListener('hashchange', keepHash)
