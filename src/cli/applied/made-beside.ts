// What the other histories of the configuration make in the same database, as their registries say, of which nothing is run.
import { join } from 'node:path'
import { objectsInText } from '../../../codegen/write/registry-pins.js'
import { readQuietly } from '../../../codegen/project/read-quietly.js'
import type { Settings } from '../settings/settings.js'
import type { MadeBeside } from './among-others.js'

/** Empty where there is no other history, or nothing is known of it. */
export const madeBeside = ({ histories = {}, table }: Settings): MadeBeside =>
  new Map(
    Object.entries(histories).flatMap(([name, { out, table: ledger }]) =>
      out === undefined || ledger === table
        ? []
        : ['ts', 'js']
            .flatMap((kind) => objectsInText(readQuietly(join(out, `registry.${kind}`))))
            .map((object) => [object, name] as const),
    ),
  )
