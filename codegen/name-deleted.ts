// Names the missing file in findings about a missing version, if git has it.
import { basename } from 'node:path/posix'
import { findDeleted } from './git/find-deleted.js'
import type { Diagnostic } from './model/diagnostic.js'
import type { GenerateSettings } from './model/settings.js'
import { parseFileName } from './project/file-name.js'

/** The same result with the way back in the fix; asks git only if a version is missing. */
export async function nameDeleted<T extends { readonly diagnostics: readonly Diagnostic[] }>(
  result: T,
  { root, migrations }: Pick<GenerateSettings, 'root' | 'migrations'>,
): Promise<T> {
  if (!result.diagnostics.some(isGap)) return result
  const found = await findDeleted(root, migrations)
  const deleted = found.map(({ file, restore }) => ({ version: versionOf(file), restore }))
  let before = 0
  const diagnostics = result.diagnostics.map((one) => {
    if (!isGap(one)) return one
    const [from, to] = [before, versionOf(one.file)]
    before = to
    const ways = deleted.filter(({ version }) => version > from && version < to)
    if (ways.length === 0) return one
    const said = ways.map(({ restore }) => restore).join(', ')
    const fix = one.fix.replace(/^Restore [^.]*\./, `Bring back what was deleted with ${said}.`)
    return { ...one, fix }
  })
  return { ...result, diagnostics }
}

const isGap = ({ code }: Diagnostic): boolean => code === 'VERSION_GAP'

/** NaN for anything but a migration. */
function versionOf(file: string): number {
  const name = parseFileName(basename(file))
  return name.is === 'migration' ? name.from : NaN
}
