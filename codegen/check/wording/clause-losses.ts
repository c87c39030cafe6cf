// Describes what no longer happens without a clause of a column or foreign key.
import type { Doing, LostClause } from '../changes/lost-clauses.js'
import { listed } from '../../diagnostics/listed.js'

/** A clause that does something with rows. */
export type LostDoing = LostClause & { readonly kind: Doing }

/** Half a sentence for each kind of clause. */
export function clauseLosses(clauses: readonly LostDoing[]): string[] {
  const kinds = new Set(clauses.map(({ kind }) => kind))
  return [...kinds].map((kind) => {
    const columns = clauses.filter((one) => one.kind === kind).map(({ column }) => column)
    return LOSSES[kind](listed(columns))
  })
}

const LOSSES: Readonly<Record<Doing, (columns: string) => string>> = {
  default: (columns) => `rows that name no ${columns} get NULL there, or are refused`,
  collate: (columns) => `values of ${columns} are compared and sorted letter by letter`,
  computed: (columns) => `code that reads ${columns} fails with "no such column"`,
  generated: (columns) => `nothing computes ${columns}`,
  'on delete': (columns) => `a parent cannot be deleted while the ${columns} of a row points at it`,
  'on update': (columns) =>
    `a parent cannot get another key while the ${columns} of a row points at it`,
  deferred: (columns) => `a row may not be written before the parent that its ${columns} points at`,
}
