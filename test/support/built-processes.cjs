// Makes a process that is to run a TypeScript file of this project run the built file instead; loaded by Node's --require.
const Module = require('node:module')
const { join, relative } = require('node:path')

const root = join(__dirname, '..', '..')
const find = Module._findPath

Module._findPath = (request, ...rest) =>
  find(request.endsWith('.ts') ? builtFrom(request) : request, ...rest)

const builtFrom = (file) => join(root, 'dist', relative(root, file)).replace(/\.ts$/, '.js')
