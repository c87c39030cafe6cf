// What repairing would write, as a person reads it before confirming. Pure.
import type { RepairedRow } from '../../model/recovery.js'
import type { SchemaDifference } from '../../model/verification.js'
import { renderDifferences } from '../../schema/render-differences.js'
import { columns, type Style } from '../terminal/style.js'

/** Every value of every row, before and after; digests are cut short. */
export const renderRepair = (rows: readonly RepairedRow[], style: Style): string[] =>
  columns(rows.flatMap((row) => linesOf(row, style))).map((line) => `  ${line}`)

/** What is accepted although the schema is another. */
export const renderForced = (differences: readonly SchemaDifference[], style: Style): string[] =>
  differences.length === 0
    ? []
    : [
        style.red('The schema is not what the migrations lead to:'),
        ...renderDifferences(differences).map((line) => `  ${line}`),
      ]

const linesOf = ({ id, name, values }: RepairedRow, style: Style): string[][] =>
  values.map(({ field, before, after }, index) => [
    index === 0 ? id : '',
    index === 0 ? name : '',
    WORDS[field],
    `${style.red(shown(before))} → ${style.green(shown(after))}`,
  ])

const WORDS: Readonly<Record<RepairedRow['values'][number]['field'], string>> = {
  name: 'name',
  checksum: 'checksum',
  downChecksum: 'checksum of down',
  lineage: 'lineage',
  needs: 'needs',
}

const shown = (value: string | null): string => (value === null ? 'none' : shortDigests(value))

/** Text with every digest in it cut to a length that people compare. */
export const shortDigests = (text: string): string =>
  text.replaceAll(/\b(\d+:[0-9a-f]{8})[0-9a-f]{8,}/g, '$1…')
