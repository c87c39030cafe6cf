// Describes what no longer happens without a clause of a column or foreign key.
import type { ChangedAnswer } from '../changes/changed-answers.js'
import type { Doing, LostClause } from '../changes/lost-clauses.js'
import { listed } from '../../diagnostics/listed.js'

/** A clause that does something with rows. */
export type LostDoing = LostClause & { readonly kind: Doing }

/** Half a sentence for each kind of clause. */
export function clauseLosses(clauses: readonly LostDoing[]): string[] {
  const lost = clauses.flatMap(({ kind, column }) => (kind === 'answer' ? [] : [{ kind, column }]))
  const kinds = new Set(lost.map(({ kind }) => kind))
  const losses = [...kinds].map((kind) => {
    const columns = lost.filter((one) => one.kind === kind).map(({ column }) => column)
    return LOSSES[kind](listed(columns))
  })
  return [...losses, ...clauses.flatMap(({ answer }) => (answer ? [answerNow(answer)] : []))]
}

/** ` instead of …`, unless it is what a constraint does that says nothing. */
export const insteadOf = ({ now }: ChangedAnswer): string =>
  now.endsWith('ABORT') ? '' : ` instead of \`${now}\``

function answerNow({ on, columns, was, now }: ChangedAnswer): string {
  if (on === 'delete') return `deleting a parent deletes the rows whose ${columns} points at it`
  const row =
    on === 'null' ? `a row with NULL in ${columns}` : `a row with the ${columns} of another`
  const until = was.endsWith('IGNORE')
    ? 'was left out'
    : on === 'null'
      ? 'got the default'
      : 'took its place'
  const next = on === 'null' ? 'gets the default' : 'takes its place'
  return `${row}, which ${until} until now, ${NEXT.get(now) ?? next}`
}

const NEXT: ReadonlyMap<string, string> = new Map([
  ['ON CONFLICT ABORT', 'is rejected'],
  ['ON CONFLICT IGNORE', 'is left out'],
])

const LOSSES: Readonly<Record<Exclude<Doing, 'answer'>, (columns: string) => string>> = {
  default: (columns) => `rows inserted without ${columns} get NULL there, or are rejected`,
  collate: (columns) => `values of ${columns} are compared and sorted byte by byte`,
  computed: (columns) => `code that reads ${columns} fails with "no such column"`,
  generated: (columns) => `nothing computes ${columns}`,
  'on delete': (columns) => `a parent cannot be deleted while the ${columns} of a row points at it`,
  'on update': (columns) =>
    `the key of a parent cannot change while the ${columns} of a row points at it`,
  deferred: (columns) => `a row may not be written before the parent that its ${columns} points at`,
}
