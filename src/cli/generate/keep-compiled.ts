// Lets Node cache compiled code for the next run: most of the time of a short command goes into compiling the compiler and the
// formatter.
import * as nodeModule from 'node:module'
import { join, dirname } from 'node:path'
import { memoryFolder, readOwnFile, writeOwnFile } from '../../../codegen/project/memory-file.js'
import { chooseMemory } from './choose-memory.js'
import type { Sources } from '../settings/settings.js'
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { createRequire, Module } from 'node:module'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'
import { orElse } from '../../model/or-else.js'

/**
 * Node's own cache from version 22.8 on. If it cannot write, it silently caches nothing. With an older Node only the compiler is
 * cached.
 */
export interface Compiling {
  readonly enableCompileCache?: (folder: string) => unknown
}

/**
 * Beside the project's other caches, and nowhere without `node_modules`. Cached code is executed as it is, so earlier runs are
 * trusted only where a check would trust them. Throws `USAGE_INVALID` accordingly.
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

/** The untyped internals of a module; loaders depend on them, which has kept them stable. */
interface Loader {
  exports: object
  _compile(code: string, file: string, ...more: unknown[]): unknown
}

const COMPILER = /[\\/]node_modules[\\/](?:ts-morph|@ts-morph[\\/]common)[\\/]/

/**
 * From here on the files of the compiler are compiled from the cache in the folder. What is missing there, damaged, or made by
 * another V8 or from another file, is written when the process ends, with all functions used by then.
 */
function keepCompiler(folder: string): void {
  const loader = Module.prototype as unknown as Loader
  const compile = loader._compile
  if (compile.name === 'compileKept') return
  loader._compile = function compileKept(this: Loader, code, file, ...more) {
    if (!COMPILER.test(file)) return compile.call(this, code, file, ...more)
    const run = compileWith(join(folder, digestOf(file)), code, file)
    return run.call(this.exports, this.exports, createRequire(file), this, file, dirname(file))
  }
}

/** The arguments Node passes: exports, require, the module, and the names of its file and folder. */
type ModuleFunction = (
  ...given: readonly [object, NodeJS.Require, Loader, file: string, folder: string]
) => unknown

function compileWith(kept: string, code: string, file: string): ModuleFunction {
  const { size, mtimeMs } = statSync(file)
  const key = digestOf([process.version, process.arch, size, mtimeMs].join(' '))
  const cachedData = orElse(() => readKept(kept, key), null)
  const script = new Script(Module.wrap(code), {
    filename: file,
    ...(cachedData && { cachedData }),
  })
  if (!cachedData || script.cachedDataRejected)
    process.once('exit', () => writeOwnFile(kept, () => sealed(script.createCachedData(), key)))
  return script.runInThisContext() as ModuleFunction
}

/** V8 would run damaged bytes, so the key and a checksum are appended. */
function sealed(data: Buffer, key: string): Buffer {
  return Buffer.concat([data, Buffer.from(sealOf(data, key))])
}

const sealOf = (data: Uint8Array, key: string): string =>
  `${key}${crc32(data).toString(16).padStart(8, '0')}`

function readKept(kept: string, key: string): Buffer | null {
  const all = readOwnFile(kept)
  const data = all.subarray(0, -(key.length + 8))
  return all.subarray(data.length).toString('latin1') === sealOf(data, key) ? data : null
}

const digestOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32)
