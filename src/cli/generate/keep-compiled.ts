// Lets Node keep what it has compiled for the next run: most of a short command is compiling the compiler and the formatter.
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { memoryFolder } from '../../../codegen/project/memory-file.js'
import { chooseMemory } from './choose-memory.js'
import { keepCompiler } from './keep-compiler.js'
import type { Sources } from '../settings/settings.js'

/** Node's from version 22.8 on. Where it cannot write, it keeps nothing and says nothing. An older one keeps the compiler alone. */
export interface Compiling {
  readonly enableCompileCache?: (folder: string) => unknown
}

/**
 * Beside the other memories of the project, and nowhere that has no `node_modules`. What is kept is run as it stands there,
 * so earlier runs are believed where a check would believe them. Throws `USAGE_INVALID` as that does.
 */
export function keepCompiled(
  sources: Sources,
  compiling: Compiling = nodeModule as Compiling,
): void {
  const folder = memoryFolder(sources.cwd)
  if (folder === null || chooseMemory(sources) === 'this run') return
  const { enableCompileCache = keepCompiler } = compiling
  enableCompileCache(join(folder, 'compiled'))
}
