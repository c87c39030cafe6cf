// Sorts the findings about released migrations: only what breaks a fresh database can still be fixed there.
import type { Diagnostic } from '../model/diagnostic.js'
import type { ParsedMigration, Reading } from '../model/migration.js'

/** The findings that are reported one by one, and those that shipping has settled. */
export interface SortedFindings {
  readonly told: readonly Diagnostic[]
  readonly settled: readonly Diagnostic[]
}

/** What sorting depends on. */
export interface Shipped {
  readonly migrations: Reading['migrations']
  /** The newest version that has shipped; 0 for none. */
  readonly released: number
  /** Whether findings with this code still matter: without a fix no fresh database can be created, or it differs. */
  matters(code: string): boolean
}

/** Sorts findings by whether the migration that they are about has shipped. Helpers belong to no version. */
export function sortReleased(diagnostics: readonly Diagnostic[], shipped: Shipped): SortedFindings {
  if (shipped.released === 0) return { told: diagnostics, settled: [] }
  const isSettled = (one: Diagnostic): boolean => {
    const owner = ownerOf(one, shipped.migrations)
    return owner !== undefined && owner.version <= shipped.released && !shipped.matters(one.code)
  }
  return {
    told: diagnostics.filter((one) => !isSettled(one)),
    settled: diagnostics.filter(isSettled),
  }
}

/** The migration of a file; in a list, the last one that begins before the line. */
export function ownerOf(
  { file, line }: Pick<Diagnostic, 'file' | 'line'>,
  migrations: Reading['migrations'],
): ParsedMigration | undefined {
  const own = migrations.filter((one) => one.file.file === file || one.downFile?.file === file)
  return own.length > 1 ? own.findLast(({ position }) => position.line <= line) : own[0]
}

/** A finding that is shown although its migration has shipped, so nobody can fix it there. */
export const asSettled = (one: Diagnostic): Diagnostic => ({
  ...one,
  severity: 'info',
  fix: 'It has shipped and stays as it is. If it matters, write a new migration that repairs what it left behind.',
})
