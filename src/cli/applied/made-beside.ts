// What the other histories of the configuration make in the same database, and need, as their registries say, of which nothing
// is run.
import { join } from 'node:path'
import { needsInText, objectsInText } from '../../../codegen/write/registry-pins.js'
import { readQuietly } from '../../../codegen/project/read-quietly.js'
import type { NeedsKnown } from '../../run/histories/refuse-needed.js'
import { isSameName } from '../../sql/names.js'
import type { Settings } from '../settings/settings.js'
import type { MadeBeside } from './among-others.js'

/** Empty where there is no other history, or nothing is known of it. */
export const madeBeside = (settings: Settings): MadeBeside =>
  new Map(
    registriesBeside(settings).flatMap(({ name, texts }) =>
      texts.flatMap(objectsInText).map((object) => [object, name] as const),
    ),
  )

/** What a row of one of their ledgers stands for needs, whatever the row says. */
export function neededBeside(settings: Settings): NeedsKnown {
  const all = registriesBeside(settings).map((one) => ({
    ...one,
    needs: one.texts.map(needsInText),
  }))
  return ({ ledger, version, checksum }) =>
    all
      .filter(({ table }) => isSameName(table, ledger))
      .flatMap(({ needs }) => needs.flatMap((one) => one.get(version) ?? []))
      .flatMap(({ checksums, needs }) => (checksums.includes(checksum) ? needs : []))
}

const registriesBeside = ({
  histories = {},
  table,
}: Settings): { readonly name: string; readonly table: string; readonly texts: string[] }[] =>
  Object.entries(histories).flatMap(([name, { out, table: ledger }]) =>
    out === undefined || ledger === table
      ? []
      : [
          {
            name,
            table: ledger,
            texts: ['ts', 'js'].map((kind) => readQuietly(join(out, `registry.${kind}`))),
          },
        ],
  )
