// Renders what repairing would write, for confirmation. Pure.
import type { RepairedRow } from '../../model/recovery.js'
import type { SchemaDifference } from '../../model/verification.js'
import { renderDifferences } from '../../schema/render-differences.js'
import { columns, type Style } from '../terminal/style.js'

/** Every value of every row, before and after; digests are shortened. */
export const renderRepair = (rows: readonly RepairedRow[], style: Style): string[] =>
  columns(rows.flatMap((row) => linesOf(row, style))).map((line) => `  ${line}`)

/** The schema differences that are accepted by force. */
export const renderForced = (differences: readonly SchemaDifference[], style: Style): string[] =>
  differences.length === 0
    ? []
    : [
        style.red('The schema is not what the migrations produce:'),
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

/** Text with every digest in it shortened to a length that people can compare. */
export const shortDigests = (text: string): string =>
  text.replaceAll(/\b(\d+:[0-9a-f]{8})[0-9a-f]{8,}/g, '$1…')
