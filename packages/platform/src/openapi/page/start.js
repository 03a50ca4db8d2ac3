// Shows the reference in the theme that was chosen in the console (looks.js), or the system's.
const { documentElement } = document
const system = matchMedia('(prefers-color-scheme: dark)')

function paint() {
  const { theme } = documentElement.dataset
  documentElement.classList.toggle('dark-mode', theme === undefined ? system.matches : theme === 'dark')
}
paint()
system.addEventListener('change', paint)

window.ui = SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
  // More than a hundred operations at once are slow to draw and hard to survey.
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  // Among them the permission that an address needs.
  showExtensions: true,
  filter: true,
})
