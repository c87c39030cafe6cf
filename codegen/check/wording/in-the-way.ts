// Finds what blocks dropping a column in `down`: indexes, views and triggers that mention it.
import type { CatalogObject } from '../../model/catalog.js'
import type { StepFailed } from '../../model/evidence.js'
import type { FoundStatement, ReplayedStep } from '../subject/rule.js'
import { mentions } from '../../sql/names-in.js'
import { sqlInLine } from '../../sql/one-line.js'
import { readStatement } from '../../sql/read-statement.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldCase, foldUpper, isSameName, plainName } from '../../../src/sql/names.js'
import { listed } from '../../diagnostics/listed.js'

/** The statements that help, complete and in a working order; null if no such object blocks it. */
export function clearingTheWay({ at, message }: StepFailed, step: ReplayedStep): string | null {
  const shape = readStatement(at.statement ?? '')
  if (shape?.kind !== 'drop-column' || !/^error in \w+ .* after drop column:/.test(message))
    return null
  const own = step.statements.filter(({ direction }) => direction === 'down')
  const here = own.findIndex(({ text }) => text === at.statement)
  const names = [shape.table, shape.column].map(({ key }) => plainName(key))
  const inTheWay = step.changed
    .flatMap((key) => step.after.get(key) ?? [])
    .filter(({ type, sql }) => type !== 'table' && names.every((name) => mentions(sql, name)))
    .filter((object) => !own.slice(0, here).some((one) => isAbout(one, 'drop', object)))
    .sort((one, other) => ORDER.indexOf(one.type) - ORDER.indexOf(other.type))
  if (inTheWay.length === 0) return null
  const drops = inTheWay.map(({ type, name }) => `\`DROP ${foldUpper(type)} ${sqlName(name)}\``)
  const isLate = own
    .slice(here)
    .some((one) => inTheWay.some((object) => isAbout(one, 'drop', object)))
  const back = inTheWay
    .flatMap(({ type, name }) => step.before.get(`${type} ${foldCase(name)}`) ?? [])
    .filter((object) => !own.some((one) => isAbout(one, `create-${object.type}`, object)))
    .map(({ sql }) => `\`${sqlInLine(sql)}\``)
  const after = back.length > 0 ? `, and ${listed(back.reverse())} after it` : ''
  return `Run ${listed(drops)} before it${isLate ? ', not after it' : ''}${after}`
}

/** Dependents go first. */
const ORDER: readonly CatalogObject['type'][] = ['trigger', 'view', 'index']

const isAbout = ({ shape }: FoundStatement, kind: string, { name }: CatalogObject): boolean =>
  shape.kind === kind && 'name' in shape && isSameName(plainName(shape.name.key), name)
