// Replaces declared changes of a migration by their expansion. Pure.
import type { AlterStep, CodeSide, Expansion, ParsedMigration, Side } from '../model/migration.js'

/** Whether a migration declares changes that have not been expanded to steps. */
export const isUnexpanded = ({ up, alter }: ParsedMigration): boolean =>
  alter !== undefined && up?.kind === 'code' && up.steps === null

/** Whether its `down` is derived from its declaration. */
export const isDerived = ({ down }: ParsedMigration): boolean =>
  down?.kind === 'code' ? down.steps !== undefined : down?.derived === true

/** SQL if that is all, otherwise code that also rebuilds. */
export function withExpansion(
  migration: ParsedMigration,
  { up, down }: Expansion,
): ParsedMigration {
  const sideOf = (side: Side, steps: readonly AlterStep[]): Side => {
    const { position, node } = side as CodeSide
    const statements = steps.flatMap((step) => (step.kind === 'run' ? step.sql : []))
    if (statements.length < steps.length)
      return { kind: 'code', async: false, position, node, steps }
    const text = statements.map((statement) => `${statement};`).join('\n')
    const pieces = [{ text, position, verbatim: false }]
    return { kind: 'sql', pieces, position, derived: true }
  }
  return {
    ...migration,
    up: migration.up && sideOf(migration.up, up),
    down: migration.down && down ? sideOf(migration.down, down) : migration.down,
  }
}
