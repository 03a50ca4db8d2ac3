/** What may never be found in a world's database: each query answers the rows that should not be there. */
export const NEVER: Readonly<Record<string, string>> = {
  'a unique key is held by two runs that have not ended': `
    SELECT json_extract(options, '$.u'), group_concat(id) FROM engine_body
    WHERE options LIKE '%"u":%' AND options NOT LIKE '%"us":%' AND id NOT IN (SELECT id FROM engine_done)
    GROUP BY 1 HAVING count(*) > 1`,
  'the callback of a batch was enqueued twice': `
    SELECT json_extract(options, '$.cb'), group_concat(id) FROM engine_body WHERE options LIKE '%"cb":%' GROUP BY 1 HAVING count(*) > 1`,
  'a batch does not count its runs': `
    SELECT t.id, t.pending, count(b.id) FROM engine_batch t
    LEFT JOIN engine_body b ON b.options LIKE '%"b":%' AND json_extract(b.options, '$.b') = t.id AND b.id NOT IN (SELECT id FROM engine_done)
    GROUP BY t.id HAVING t.pending <> count(b.id)`,
  'a batch has ended without its callback, or with it before its end': `
    SELECT id, pending, callback_run FROM engine_batch
    WHERE json_extract(callback, '$.job') IS NOT NULL AND (pending = 0) <> (callback_run IS NOT NULL AND callback_run IN (SELECT id FROM engine_body))`,
  'more slots of a gate are taken than it has': `
    SELECT h.key, g.slots, count(*) FROM engine_hold h JOIN engine_gate g ON g.key = h.key
    WHERE h.starts_at IS NULL AND g.slots IS NOT NULL AND h.run NOT IN (SELECT id FROM engine_done)
    GROUP BY h.key HAVING count(*) > g.slots`,
  'a slot of a schedule has fired twice': `
    SELECT s.schedule, s.run, count(*) FROM engine_slot s WHERE s.run IS NOT NULL GROUP BY s.run HAVING count(*) > 1`,
  'a schedule has enqueued a run for no slot': `
    SELECT b.id, json_extract(b.options, '$.s') FROM engine_body b
    WHERE b.options LIKE '%"s":%' AND b.id NOT IN (SELECT run FROM engine_slot WHERE run IS NOT NULL)`,
  'a completion has committed its rows without the end of its run, or twice': `
    SELECT e.number, count(*), b.id FROM effect e JOIN engine_body b ON json_extract(b.payload, '$.number') = e.number
    WHERE e.kind = 'complete' AND NOT EXISTS (SELECT 1 FROM engine_attempt a WHERE a.run = b.id AND a.error LIKE '%REPLAYED%')
    GROUP BY e.number HAVING count(*) > 1 OR b.id NOT IN (SELECT id FROM engine_done WHERE state = 'succeeded')`,
  'a run succeeded with what another returned': `
    SELECT d.id, d.result, b.payload FROM engine_done d JOIN engine_body b ON b.id = d.id
    WHERE d.state = 'succeeded' AND d.result IS NOT NULL AND CAST(d.result AS INTEGER) <> json_extract(b.payload, '$.number')`,
  'a workflow that has ended still waits': `
    SELECT w.run FROM engine_wait w JOIN engine_done d ON d.id = w.run`,
  'a step was left to be undone by a workflow that has ended': `
    SELECT s.run, s.name, s.state FROM engine_step s JOIN engine_done d ON d.id = s.run
    WHERE s.state IN ('undoing', 'begun') AND d.state IN ('failed', 'cancelled')`,
  'a slot was handled before it was due': `
    SELECT schedule, slot, handled_at FROM engine_slot WHERE outcome <> 'manual' AND slot > handled_at`,
}

/** The same, while no workflow was let go on after its end: what it undid it does again. */
export const NEVER_TWICE: Readonly<Record<string, string>> = {
  'a call was enqueued twice': `
    SELECT json_extract(payload, '$.number') AS number, group_concat(id) FROM engine_body
    WHERE number > 0 AND job NOT IN ('unique', 'queued', 'debounced') GROUP BY number HAVING count(*) > 1`,
  'a step has committed its rows twice': `
    SELECT number, count(*) FROM effect WHERE kind = 'step' GROUP BY number HAVING count(*) > 1`,
}

/** At the end of a world whose clock was not set and whose schedules were not paused: schedules that have skipped a slot. */
export const SKIPPED_SLOTS = `
  SELECT s.name, s.created_at, s.last_slot, count(t.slot) FROM engine_schedule s
  LEFT JOIN engine_slot t ON t.schedule = s.name AND t.outcome <> 'manual' AND t.slot <= s.last_slot
  WHERE s.last_slot IS NOT NULL AND json_extract(s.spec, '$.everyMs') IS NOT NULL
  GROUP BY s.name
  HAVING count(t.slot) <> s.last_slot / json_extract(s.spec, '$.everyMs') - s.created_at / json_extract(s.spec, '$.everyMs')`

/** Signals that nobody has taken, and those that a step has: by their number. */
export const KEPT_SIGNALS = `
  SELECT json_extract(payload, '$.number') FROM engine_signal
  UNION SELECT json_extract(result, '$.number') FROM engine_step WHERE kind = 'wait' AND result IS NOT NULL`

/** The numbers of all events. */
export const EVENT_NUMBERS = `SELECT json_extract(data, '$.number') FROM engine_event`

/** Paused workflows, and how many steps they have begun since. */
export const PAUSED_STEPS = `
  SELECT w.run, w.paused_at, (SELECT count(*) FROM engine_step s WHERE s.run = w.run AND s.started_at > w.paused_at) FROM engine_workflow w
  WHERE w.paused_at IS NOT NULL AND w.ending IS NULL`

/** How often workflows have continued as new. What they did before is not undone. */
export const GENERATIONS = 'SELECT run, generation FROM engine_workflow'
