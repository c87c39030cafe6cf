// The checks before each commit, in about a minute on two cores: types, linter and format, and in parallel the tests of the code
// that plans and runs migrations. Tests that start processes, and those of the proof by the build, are left to `npm test`.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const FOLDERS = 'architecture database model plan run schema sql'.split(' ')

/** Tests that pack, kill processes, wait for clocks, or run large tables of cases. */
const SLOW =
  /architecture.(?:package|toolchain)|killed|processes|waiting-time|odd-rows|orphans|together|slices|run.(?:mark|after-step|outside)/

const FILES = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, 'test', folder), { recursive: true })
    .map((file) => join('test', folder, file))
    .filter((file) => file.endsWith('.test.ts') && !SLOW.test(file)),
)

// Checks that each rule has its file, its test and its page.
FILES.push(join('test', 'codegen', 'check', 'rules.test.ts'))

const [tests, ...others] = await Promise.all([
  run('npx', ['vitest', 'run', '--project', 'unit', ...FILES], 'inherit'),
  ...['types', 'lint', 'format:check'].map((script) =>
    run('npm', ['run', '--silent', script], 'pipe'),
  ),
])
for (const { code, output } of others) if (code !== 0) process.stderr.write(output)
process.exitCode = [tests, ...others].some(({ code }) => code !== 0) ? 1 : 0

/** Runs a program of the project to its end. */
function run(program, args, stdio) {
  return new Promise((resolve, reject) => {
    const isWindows = process.platform === 'win32'
    const child = spawn(program, args, {
      cwd: ROOT,
      stdio: ['inherit', stdio, stdio],
      shell: isWindows,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', reject).on('close', (code) => resolve({ code, output }))
  })
}
