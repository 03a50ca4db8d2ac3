import { catalogue } from '../i18n/catalogue.ts'

/** What is said of a trace. */
export const traceWords = catalogue(
  {
    trace: 'Trace',
    copy: 'Copy the trace',
    entries: 'Audit entries of this trace',
    sameEntries: 'All entries of this trace',
    runs: 'Runs of this trace',
    lines: 'Its log lines, live',
  },
  {
    trace: 'Trace',
    copy: 'Copier la trace',
    entries: 'Entrées d’audit de cette trace',
    sameEntries: 'Toutes les entrées de cette trace',
    runs: 'Exécutions de cette trace',
    lines: 'Ses lignes du journal, en direct',
  },
)
