// Lets the processes that this one starts run Lockstep's sources as they are, for tests of what starts its own processes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll } from 'vitest'
import { projectRoot } from './project-root.js'

/** To be called once by a test file. Programs that are built are not concerned. */
export function runTypeScriptInProcesses(): void {
  const loader = pathToFileURL(join(projectRoot, 'test/support/load-typescript.mjs')).href
  const bundles = mkdtempSync(join(tmpdir(), 'lockstep-typescript-'))
  afterAll(() => rmSync(bundles, { recursive: true, force: true }))
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import=${loader}`.trim()
  process.env['TYPESCRIPT_BUNDLES'] = bundles
}
