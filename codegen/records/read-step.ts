// Reads the text that a migration was bundled into.
import { join } from 'node:path'
import type { RegistryEntry, Toolkit } from '../../src/model/registry.js'
import { repeatedly, type Given } from '../bundle/evaluate-module.js'
import { reasonOf } from '../bundle/load-module.js'
import type { RecordKey } from './record-folder.js'

/** A migration as the registry has it. */
export interface ReadStep {
  readonly entry: RegistryEntry<unknown>
  /** All that its code is made of, helpers included. */
  readonly text: string
}

/**
 * What is no part of a text: Lockstep itself, by the names of its doors, and the tools of `ctx`. `refuse` is told of what was
 * found and cannot be loaded any more.
 */
export interface Lent {
  readonly doors: Given
  readonly toolkit: Toolkit
  refuse(what: Unusable): void
}

/** What was found and cannot be loaded. */
export interface Unusable {
  readonly version: number
  /** `Its record`, or the commit. */
  readonly source: string
  readonly reason: string
}

/** A text, where it comes from, and the file of the migration, relative to the project's folder. */
export interface StepText {
  readonly source: string
  readonly code: string
  readonly file: string
  readonly root: string
}

/**
 * The entry of the registry that a text gives, with the tools that it wants; null where it is another than the key says, or
 * cannot be loaded, as where a package is gone. What it loads is looked for from its file, relative to `root`, upwards.
 */
export function readStep(
  { source, ...text }: StepText,
  key: RecordKey,
  { doors, toolkit, refuse }: Lent,
): ReadStep | null {
  try {
    const { code, file, root } = text
    const { entry } = repeatedly(code, join(root, file), doors)() as Partial<
      Pick<ReadStep, 'entry'>
    >
    const { downChecksum = entry?.downChecksum ?? null } = key
    if (entry?.checksum !== key.checksum || (entry.downChecksum ?? null) !== downChecksum)
      return null
    const tools = entry.toolkit && { toolkit }
    return { entry: { ...entry, version: key.version, ...tools }, text: code }
  } catch (cause) {
    refuse({ version: key.version, source, reason: reasonOf(cause) })
    return null
  }
}
