// Describes the differences of two schemas from the view of what is found: what is missing, superfluous or different.
import type { SchemaDetail, SchemaDifference } from '../../../src/model/verification.js'
import { shortSql } from '../../sql/one-line.js'
import type { ReplayedStep } from '../subject/rule.js'
import { spellingOf } from './spell-as-written.js'

/** More objects than these are only counted. */
const SHOWN = 6

/** The words for a superfluous object, or part of one: `is still there`, `is there as well`. */
export interface DifferenceWords {
  readonly added: string | ((object: string, detail?: SchemaDetail) => string)
}

/** All differences as one part of a sentence: `index i is missing; table users: column email is missing`. */
export function describeDifferences(
  differences: readonly SchemaDifference[],
  step: Pick<ReplayedStep, 'before' | 'after'>,
  words: DifferenceWords,
): string {
  const shown = differences
    .slice(0, SHOWN)
    .map((one) => describeObject(asWritten(one, step), one, words))
  const more = differences.length - shown.length
  if (more > 0) shown.push(`and ${more} more`)
  return shown.join('; ')
}

/** Names and words as the project spells them: the compared form is in lower case. */
function asWritten(
  one: SchemaDifference,
  { before, after }: Pick<ReplayedStep, 'before' | 'after'>,
): SchemaDifference {
  const objects = [before, after].flatMap((catalog) => catalog.get(one.object) ?? [])
  const [object] = objects
  if (!object) return one
  const spelling = spellingOf(objects)
  const details = one.details.map((detail): SchemaDetail => {
    if (detail.what === 'name') return detail
    const isColumn = detail.what.startsWith(COLUMN)
    const spelled = isColumn ? spelling.column : spelling.sql
    const [expected, found] = [detail.expected, detail.found].map((text) => text && spelled(text))
    const what = isColumn ? COLUMN + spelling.name(detail.what.slice(COLUMN.length)) : detail.what
    return expected === found ? detail : { ...detail, what, expected: expected!, found: found! }
  })
  return { ...one, object: `${object.type} ${object.name}`, details }
}

const COLUMN = 'column '

function describeObject(
  { object, change, details, grade }: SchemaDifference,
  compared: SchemaDifference,
  { added }: DifferenceWords,
) {
  const wordsFor = (detail?: SchemaDetail): string =>
    typeof added === 'string' ? added : added(compared.object, detail)
  if (change === 'lost') return `${object} is missing`
  if (change === 'added') return `${object} ${wordsFor()}`
  if (details.length > 0)
    return `${object}: ${details.map((one, at) => describeDetail(one, wordsFor(compared.details[at]))).join(', ')}`
  return `${object} ${grade === 'spelled' ? 'is written differently' : 'differs'}`
}

function describeDetail({ change, what, expected, found }: SchemaDetail, added: string): string {
  const subject = what.startsWith(COLUMN) ? what : what === 'name' ? 'its name' : `the ${what}`
  if (change === 'lost') return `${partName(what, expected)} is missing`
  if (change === 'added') return `${partName(what, found)} ${added}`
  const [was, is] = [shortSql(expected ?? ''), shortSql(found ?? '')]
  if (change === 'moved') return `the ${what} are in another order: ${is} instead of ${was}`
  return `${subject} is \`${is}\` instead of \`${was}\``
}

/** A column by its name, anything else by its text: constraints have no other name. */
const partName = (what: string, text: string | null): string =>
  what.startsWith(COLUMN) ? what : `the ${what} \`${shortSql(text ?? '')}\``
