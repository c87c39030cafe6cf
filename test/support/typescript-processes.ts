// Lets the processes that this one starts run Lockstep's sources as they are. To be imported by tests of what starts its
// own processes; those that run the built package are not concerned.
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { projectRoot } from './project-root.js'

const loader = pathToFileURL(join(projectRoot, 'test/support/load-typescript.mjs')).href
process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import=${loader}`.trim()
