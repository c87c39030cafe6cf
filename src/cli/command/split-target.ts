// Splits a target that names its history, `--to core:003`, into the version and the name. Pure.
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'

/** The arguments with `--to 003 --name core` in its place. Throws `USAGE_INVALID` if a different name is given as well. */
export function splitTarget(argv: readonly string[]): string[] {
  const target = valueOf(argv, '--to')
  const [, history, version] = /^([a-z]\w*):(\d+)$/i.exec(target?.text ?? '') ?? []
  if (!target || history === undefined || version === undefined) return [...argv]
  const name = valueOf(argv, '--name')
  if (name && name.text !== history)
    throw new LockstepError(
      usageInvalid(
        `The target ${target.text} belongs to the history ${history}, but --name says ${name.text}.`,
        'Leave one of them out.',
      ),
    )
  const { at, length } = target
  const named = name ? [] : ['--name', history]
  return [...argv.slice(0, at), '--to', version, ...named, ...argv.slice(at + length)]
}

interface Found {
  readonly text: string
  readonly at: number
  /** How many arguments it takes up. */
  readonly length: number
}

function valueOf(argv: readonly string[], flag: string): Found | undefined {
  const end = argv.indexOf('--')
  const flags = end < 0 ? argv : argv.slice(0, end)
  const at = flags.findIndex((one) => one === flag || one.startsWith(`${flag}=`))
  const one = flags[at]
  if (one === undefined) return undefined
  return one === flag
    ? { text: flags[at + 1] ?? '', at, length: 2 }
    : { text: one.slice(flag.length + 1), at, length: 1 }
}
