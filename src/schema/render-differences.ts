// Renders schema differences as lines of text. Pure.
import type { SchemaDetail, SchemaDifference } from '../model/verification.js'

/** A line for each object, and one below it for each detail: `-` lost, `+` added, `~` changed. */
export const renderDifferences = (differences: readonly SchemaDifference[]): string[] =>
  differences.flatMap((difference) => [
    headline(difference),
    ...difference.details.map((detail) => `  ${renderDetail(detail)}`),
  ])

function headline({ object, change, grade }: SchemaDifference): string {
  if (change === 'lost') return `${object} is missing`
  if (change === 'added') return `${object} is unexpected`
  return grade === 'spelled' ? `${object} is written differently` : `${object} differs`
}

function renderDetail({ change, what, expected, found }: SchemaDetail): string {
  if (change === 'lost') return `- ${label(what)}${expected}`
  if (change === 'added') return `+ ${label(what)}${found}`
  const now = `${expected} → ${found}`
  if (change === 'moved') return `~ ${what} in a different order: ${now}`
  return `~ ${label(what) || `${what}: `}${now}`
}

/** The text of a column begins with its name, and that of a constraint with its kind. */
const label = (what: string): string => (what.startsWith('column ') ? 'column ' : '')
