// Renders what declared changes became, where that is more than SQL: a function that runs statements and rebuilds tables.
import { renderLiteral } from './render-literal.js'
import type { AlterStep } from '../../model/migration.js'

/** The function, not yet formatted. */
export function renderSteps(steps: readonly AlterStep[]): string {
  const handle = steps.some(({ kind }) => kind === 'run') ? 'db' : '_db'
  return `(${handle}, ctx) => {\n${steps.map(renderStep).join('\n')}\n}`
}

function renderStep(step: AlterStep): string {
  if (step.kind === 'run') return `db.exec(${renderLiteral(step.sql)})`
  const copied = Object.entries(step.copy).map(
    ([column, value]) => `${renderKey(column)}: ${renderLiteral(value)}`,
  )
  const copy = copied.length === 0 ? '' : `copy: {\n${copied.join(',\n')}\n},\n`
  const columns = step.columns ? `columns: [${step.columns.map(renderLiteral).join(', ')}],\n` : ''
  return `ctx.rebuild(${renderLiteral(step.table)}, {\ncreate: ${renderLiteral(step.create)},\n${columns}${copy}})`
}

/** As formatters write it; a name with a line break is a template, which a key can only be in brackets. */
function renderKey(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name
  const literal = renderLiteral(name)
  return literal.startsWith('`') ? `[${literal}]` : literal
}
