// Reads the text that a migration was bundled into.
import { join } from 'node:path'
import { moduleFailed } from '../../src/errors/command-line.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import type { RegistryEntry, Toolkit } from '../../src/model/registry.js'
import { evaluateWith, type Exports } from '../bundle/evaluate-module.js'
import { reasonOf } from '../bundle/load-module.js'
import type { RecordKey } from './record-folder.js'

/** A migration as the registry has it. */
export interface ReadStep {
  readonly entry: RegistryEntry<unknown>
}

/** What is no part of a text: Lockstep itself, by the names of its doors, and the tools of `ctx`. */
export interface Lent {
  readonly doors: Readonly<Record<string, Exports>>
  readonly toolkit: Toolkit
}

/** A text, and the file of the migration, relative to the project's folder. */
export interface StepText {
  readonly code: string
  readonly file: string
  readonly root: string
}

/**
 * The entry of the registry that a text gives, with the tools that it wants; null where it is another than the key says. What
 * it loads is looked for from its file, relative to `root`, upwards. Throws `MODULE_FAILED`.
 */
export function readStep(
  { code, file, root }: StepText,
  key: RecordKey,
  { doors, toolkit }: Lent,
): ReadStep | null {
  const { entry } = run({ code, file, root }, doors) as Partial<ReadStep>
  if (entry?.checksum !== key.checksum || (entry.downChecksum ?? null) !== key.downChecksum)
    return null
  return { entry: { ...entry, version: key.version, ...(entry.toolkit && { toolkit }) } }
}

function run({ code, file, root }: StepText, doors: Lent['doors']): object {
  try {
    return evaluateWith(doors, code, join(root, file))
  } catch (cause) {
    throw new LockstepError(moduleFailed(file, reasonOf(cause)), { cause })
  }
}
