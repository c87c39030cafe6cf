// What a migration needs of other histories: how that is written, and where it stands. Pure.
import { ledgerName } from './ledger.js'

/** One version of another history. */
export interface Need {
  /** As it is told: `core:003`. */
  readonly text: string
  /** The ledger that must have the version. */
  readonly ledger: string
  /** The padded version. */
  readonly id: string
}

/**
 * Reads `core:003`, and `"_migrations":003` of a history whose ledger is not of its name, as the registry and a ledger's row
 * have it; undefined for other text.
 */
export function parseNeed(text: string): Need | undefined {
  const [, table, history, id] = /^(?:"(.+)"|([a-z]\w*)):(\d{3,})$/.exec(text) ?? []
  if (id === undefined) return undefined
  return { text, ledger: table ?? ledgerName(history!), id }
}

/** The same for a reader: the ledger of a history that has none of its name is named in words. */
export function toldNeed(text: string): string {
  const need = parseNeed(text)
  if (!need?.text.startsWith('"')) return text
  const history =
    need.ledger === '_migrations' ? 'the history without a name' : `the ledger ${need.ledger}`
  return `${need.id} of ${history}`
}

/** What several needs are in one text, as a ledger's row has it. */
export const needsIn = (text: string): Need[] =>
  text.split(', ').flatMap((one) => parseNeed(one) ?? [])

/** What comes first, for who does not know how it is migrated. */
export const APPLY_FIRST =
  'Migrate that history first, with its own code, or in the same call: `migrate(db, { … })`.'

/** What comes first where it is there already, and nothing has recorded it. */
export const TAKE_OVER_FIRST =
  'Where the database has it already, take that history over first, or mark it as applied.'

/** What comes before that where a step was begun and did not end. */
export const END_FIRST =
  'End what was begun, with the code of its history, or undo by hand what there is of it, and mark it as pending.'

/** What comes first, for who does not know how it is undone. */
export const UNDO_FIRST = 'Undo what needs it first, with the code of its history.'
