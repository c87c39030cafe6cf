// Problems with the versions of other histories that a migration needs. One function per code; its doc comment is the code's
// meaning.
import type { Diagnostic, Position } from '../../model/diagnostic.js'
import type { OrderCause, OrderMatters } from '../../model/other-changed.js'
import { describeDifferences } from '../../check/wording/describe-differences.js'
import { saidText } from '../../check/wording/describe-step.js'
import { firstOf } from '../../diagnostics/listed.js'
import { problem, problemIn, withSeverity } from '../../diagnostics/problem.js'

/** A migration needs a history that is not in the configuration, or a version that the history does not have. */
export const needsUnknown = (
  at: Position,
  need: string,
  {
    history,
    what,
    meant,
  }: { readonly history: string; readonly what: string; readonly meant: string | null },
): Diagnostic =>
  problemIn('NEEDS_UNKNOWN', at, {
    message: `\`${need}\` is needed, but ${what}.`,
    fix:
      meant === null
        ? `Correct it; or state in the configuration where the migrations of that history are: \`histories: { ${history}: "../${history}/migrations" }\`, or as another entry of \`databases\`.`
        : `Write \`${meant}\`.`,
  })

/** A migration needs a history of another database, which is never applied to this one. */
export const needsElsewhere = (
  at: Position,
  need: string,
  { history, database }: { readonly history: string; readonly database: string },
): Diagnostic =>
  problemIn('NEEDS_ELSEWHERE', at, {
    message: `\`${need}\` is needed, but the configuration has that history in another database, ${database}, and a migration can only need what is in its own.`,
    fix: `Give both entries of \`databases\` the same \`database\`, or remove the need. If this entry is only for development, state in it where the migrations of that history are: \`histories: { ${history}: "../${history}/migrations" }\`.`,
  })

/** A migration needs a history with the same ledger as another one, so that each would take the other's versions for its own. */
export const needsLedgerShared = (
  at: Position,
  need: string,
  { table, with: other }: { readonly table: string; readonly with: string | null },
): Diagnostic =>
  problemIn('NEEDS_LEDGER_SHARED', at, {
    message: `\`${need}\` is needed, but that history uses the same ledger as ${other === null ? 'this one' : `the history ${other}, which is needed as well`}: ${table}.`,
    fix: 'Give one of the two a `history` of its own in its configuration, and generate its registry again; if its ledger has another name, say so: `histories: { core: { migrations, table } }`.',
  })

/** Two histories of one database make objects of the same name, if only temporarily. */
export const madeTwice = (at: Position, { objects, history, file, stays }: TwiceMade): Diagnostic =>
  withSeverity(
    'warning',
    problemIn('HISTORIES_SHARE_OBJECT', at, {
      message: `the ${firstOf(objects)} ${objects.length > 1 ? 'are' : 'is'} created, and the history ${history} creates the same ${objects.length > 1 ? 'names' : 'name'} (${file}${stays ? '' : ', temporarily'}) in the same database: whichever is applied second fails or finds it there, and rolling back one takes it from the other.`,
      fix: `Choose another name; or let ${history} alone create it, and need its version here${stays ? '' : ', or the one that no longer has it'}.`,
    }),
  )

interface TwiceMade {
  readonly objects: readonly string[]
  readonly history: string
  /** Where the other history makes the first of them; `stays` is whether that still exists at its end. */
  readonly file: string
  readonly stays: boolean
}

/** A comment names histories after `needs`, but without the colon or a version, so it would be taken as prose. */
export const needsIncomplete = (at: Position, stated: string): Diagnostic =>
  problemIn('NEEDS_INCOMPLETE', at, {
    message: `The comment says that \`${stated}\` is needed, but not in the form \`-- needs: history:version\`, so nothing would be required.`,
    fix: 'Write the colon and the version, such as `-- needs: core:003`; in a comment that requires nothing, use other words.',
  })

/** Histories need each other, or a migration needs a version of its own history. */
export const needsCircle = (at: Position, need: string, where: 'own' | 'other'): Diagnostic =>
  problemIn('NEEDS_CIRCLE', at, {
    message:
      where === 'own'
        ? `\`${need}\` belongs to the same history, in which every version depends on all before it.`
        : `\`${need}\` belongs to a history that needs this one in turn, so neither is complete before the other.`,
    fix:
      where === 'own'
        ? 'Remove it.'
        : 'Move what both need into one of them, or into a history of its own.',
  })

/** The migrations of a needed history cannot be read. */
export const needsUnreadable = (at: Position, need: string, reason: string): Diagnostic =>
  problemIn('NEEDS_UNREADABLE', at, {
    message: `\`${need}\` is needed, but the migrations that lead to it cannot be read: ${reason.replace(/\.$/, '')}.`,
    fix: 'Correct the migrations of that history first; generating its registry shows what is wrong with them.',
  })

/** A needed history cannot be built up to the version that is needed. */
export const needsUnbuilt = (at: Position, reason: string): Diagnostic =>
  problem('NEEDS_UNBUILT', at, {
    message: `The migrations in ${at.file} cannot be proven, because the history that they need cannot be built, ${reason.replace(/\.$/, '')}.`,
    fix: 'Correct the migrations of that history first; generating its registry shows what is wrong with them.',
  })

/** A migration changes or removes an object of another history. */
export const otherChanged = (
  at: Position,
  {
    object,
    history,
    gone,
  }: { readonly object: string; readonly history: string; readonly gone: boolean },
): Diagnostic =>
  problemIn('NEEDS_OBJECT_CHANGED', at, {
    message: `the ${object}, which the history ${history} created, is ${gone ? 'removed' : 'changed'}: only its own migrations should change it.`,
    fix: `Change it in a new migration of ${history}, and need that version here. What a history adds to it, such as an index or a trigger, is its own.`,
  })

/**
 * A migration needs a newer version of another history than it says, whether a later migration asks for that one or none does:
 * with those that it names it fails, or makes something that does not work, such as a foreign key to a table that is not there.
 */
export const needsTooLow = (
  at: Position,
  { other, objects, message, by }: OrderMatters,
): Diagnostic =>
  problemIn('NEEDS_TOO_LOW', at, {
    message: `${other ? `with nothing more than ${other}, which it needs,` : 'without what later migrations need,'} ${objects.length > 0 ? `the ${objects.join(', ')} does not work` : '`up` fails'}: ${saidText(message)}.`,
    fix: by
      ? `Need \`${by.other}\`, with which it works.`
      : 'Name the version that has what it uses, even if a later migration needs a newer one.',
  })

/**
 * The outcome depends on whether a version of another history is applied before or after this one; or a version that nothing here
 * needs cannot be undone on its own, or not without removing something of this history.
 */
export const needsOrder = (at: Position, found: Found): Diagnostic => {
  const { way, other, objects } = found
  const all = objects.join(', ')
  const newest = other.includes(', ') ? 'versions' : 'version'
  const alone = `nothing here needs ${other}, so it may be rolled back alone`
  const { said, cause, since, follows, difference, anew } = partsOf(found)
  return problemIn('NEEDS_ORDER', at, {
    message: {
      newest: `\`up\` fails after ${other}, the newest ${newest}, which a new installation has by then: ${said}.${since}`,
      after: `${other} fails if this history is applied up to here: ${said}.`,
      removed: `${other} removes the ${all}, which this history created, if it is applied after this, but not if it is applied before.`,
      broken: `after ${other}, the ${all}, which this history created, does not compile: ${said}.`,
      dangling: `after ${other}, the ${all} has a foreign key to a table that does not exist, so nothing can be written to it.`,
      unsound: `if ${cause} is applied before this history, as in a new installation, the ${all}, which this history creates, does not work: ${said}. If it is applied after it, ${follows}.`,
      differs: `if ${cause} is applied before this history, as in a new installation, the result is not the same as if it is applied after it: ${difference}. \`lockstep verify\` finds it changed in one of them.`,
      taken: `${alone}; its \`down\` removes the ${all}, which this history created.`,
      stuck: `${alone}; but then its \`down\` fails: ${said}.`,
    }[way],
    fix:
      way === 'unsound' || way === 'differs'
        ? `If this is not released yet, write it for ${other}, and need that. Otherwise ${anew}.`
        : ORDER_FIXES[way],
  })
}

type Found = OrderMatters & { readonly way: Exclude<OrderMatters['way'], 'needed'> }

/** The parts of a message that depend on the case. */
function partsOf({ other, objects, message, by, difference }: Found) {
  const [object = ''] = objects
  const more = objects.slice(1).join(', ')
  const isTable = object.startsWith('table ')
  const shown = difference ? [{ ...difference, object }] : []
  return {
    said: saidText(message),
    cause: by ? causeText(by) : other,
    since:
      by && (by.statement !== null || by.other !== other)
        ? ` It does so from ${causeText(by)} on.`
        : '',
    follows: difference ? `SQLite changes the ${object} with it` : 'it does',
    difference: `${describeDifferences(shown, NO_CATALOGS, { added: 'is there in addition' })}${more && `, and other ${more}`}`,
    anew: isTable
      ? `rebuild the ${object} in a new migration here that needs ${other}, from what it has in both orders, with its columns named, as \`ctx.rebuild\` does`
      : `drop the ${object} in a new migration here that needs ${other}, and recreate it for that version`,
  }
}

const NO_CATALOGS = { before: new Map(), after: new Map() }

const causeText = ({ other, statement }: OrderCause): string =>
  statement === null ? other : `${other} (\`${statement}\`)`

const NEED_IT =
  'Need that version here, or in a new migration, so that this is rolled back first; or have its `down` keep what depends on its table, as `ctx.rebuild` does.'

const ORDER_FIXES = {
  taken: NEED_IT,
  stuck: NEED_IT,
  newest:
    'Keep in the other history what is used here. If this migration is not released yet, write it for the newest version, and need that.',
  after: 'Have that version leave alone, or recreate, what this history depends on.',
  removed:
    'Have that version keep it: `ctx.rebuild` recreates what depends on a table. Or recreate it in a new migration here that needs that version, where it is missing (`IF NOT EXISTS`).',
  broken:
    'Keep in the other history what is used here, or recreate it in a new migration here that needs the newer version.',
  dangling:
    'Keep that table in the other history, or remove the foreign key in a new migration here.',
}
