// What a migration needs of other histories: its notation, and the ledger it refers to. Pure.
import { ledgerName } from './ledger.js'

/** One version of another history. */
export interface Need {
  /** Its notation: `core:003`. */
  readonly text: string
  /** The ledger that must have the version. */
  readonly ledger: string
  /** The padded version. */
  readonly id: string
}

/**
 * Reads `core:003`, or `"_migrations":003` for a history whose ledger is not named after it, as in the registry and the ledger
 * row; undefined for other text.
 */
export function parseNeed(text: string): Need | undefined {
  const [, table, history, id] = /^(?:"(.+)"|([a-z]\w*)):(\d{3,})$/.exec(text) ?? []
  if (id === undefined) return undefined
  return { text, ledger: table ?? ledgerName(history!), id }
}

/** The same for messages: a ledger that is not named after its history is described in words. */
export function toldNeed(text: string): string {
  const need = parseNeed(text)
  if (!need?.text.startsWith('"')) return text
  const history =
    need.ledger === '_migrations' ? 'the history without a name' : `the ledger ${need.ledger}`
  return `${need.id} of ${history}`
}

/** The needs in the comma-separated text of a ledger row. */
export const needsIn = (text: string): Need[] =>
  text.split(', ').flatMap((one) => parseNeed(one) ?? [])

/** The fix if the other history is not applied and it is unknown how to migrate it. */
export const APPLY_FIRST =
  'Migrate that history first, with its own code, or in the same call: `migrate(db, { … })`.'

/** The fix if it may already be there without being recorded. */
export const TAKE_OVER_FIRST =
  'If the database already has it, adopt that history first, or mark it as applied.'

/** The fix if one of its steps was begun and did not end. */
export const END_FIRST =
  'Finish what was started, with the code of its history, or undo by hand what it has done, and mark it as pending.'

/** The fix if it is unknown how to undo the other history. */
export const UNDO_FIRST = 'First undo what needs it, with the code of its history.'
