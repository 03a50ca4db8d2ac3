// Runs in the page, after axe: what is serious, with the first element it concerns.
globalThis.axeFindings = (options, within = document) =>
  globalThis.axe
    .run(within, options)
    .then(({ violations }) =>
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id} ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary.slice(0, 200)}`),
    )
