// Keeps what V8 has compiled of the TypeScript compiler, for a Node that does not do so by itself: loading it is mostly that.
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { createRequire, Module } from 'node:module'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'
import { readOwnFile, writeOwnFile } from '../../../codegen/project/memory-file.js'
import { orElse } from '../../model/or-else.js'

/** What a module has besides its types; its use by loaders has kept it stable. */
interface Loader {
  exports: object
  _compile(code: string, file: string, ...more: unknown[]): unknown
}

const COMPILER = /[\\/]node_modules[\\/](?:ts-morph|@ts-morph[\\/]common)[\\/]/

/**
 * From here on the files of the compiler are compiled from what is kept in the folder. What is missing there, damaged, or made by
 * another V8 or from another file, is written when the process ends, with all functions that were needed until then.
 */
export function keepCompiler(folder: string): void {
  const loader = Module.prototype as unknown as Loader
  const compile = loader._compile
  if (compile.name === 'compileKept') return
  loader._compile = function compileKept(this: Loader, code, file, ...more) {
    if (!COMPILER.test(file)) return compile.call(this, code, file, ...more)
    const run = compileWith(join(folder, digestOf(file)), code, file)
    return run.call(this.exports, this.exports, createRequire(file), this, file, dirname(file))
  }
}

/** What Node calls it with: exports, require, the module, and the names of its file and folder. */
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

/** V8 would run damaged bytes: the key and a sum over all of them stand at the end. */
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
