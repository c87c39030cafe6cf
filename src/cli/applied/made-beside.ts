// Reads from the registries of the other histories in the configuration what they create in the same database and what they need,
// without running them.
import { join } from 'node:path'
import { readQuietly } from '../../../codegen/project/read-quietly.js'
import type { NeedsKnown } from '../../run/histories/refuse-needed.js'
import { isSameName } from '../../sql/names.js'
import type { Settings } from '../settings/settings.js'
import type { MadeBeside } from './among-others.js'

/** Empty if there is no other history, or nothing is known about them. */
export const madeBeside = async (settings: Settings): Promise<MadeBeside> =>
  new Map(
    (await registriesBeside(settings)).flatMap(({ name, texts, objectsInText }) =>
      texts.flatMap(objectsInText).map((object) => [object, name] as const),
    ),
  )

/** The needs of the migration behind a row of one of their ledgers, whatever the row says. */
export async function neededBeside(settings: Settings): Promise<NeedsKnown> {
  const all = (await registriesBeside(settings)).map(({ table, texts, needsInText }) => ({
    table,
    needs: texts.map(needsInText),
  }))
  return ({ ledger, version, checksum }) =>
    all
      .filter(({ table }) => isSameName(table, ledger))
      .flatMap(({ needs }) => needs.flatMap((one) => one.get(version) ?? []))
      .flatMap(({ checksums, needs }) => (checksums.includes(checksum) ? needs : []))
}

/**
 * The texts of their registries, and the functions to read them: these load the compiler, which only projects with several
 * histories pay for.
 */
async function registriesBeside({ histories = {}, table }: Settings) {
  const others = Object.entries(histories).filter(
    ([, other]) => other.out !== undefined && other.table !== table,
  )
  if (others.length === 0) return []
  const read = await import('../../../codegen/write/registry-pins.js')
  return others.map(([name, other]) => ({
    ...read,
    name,
    table: other.table,
    texts: ['ts', 'js'].map((kind) => readQuietly(join(other.out!, `registry.${kind}`))),
  }))
}
