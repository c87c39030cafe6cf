// What to do about a finding in a `down` that is derived, which has no place for what the fix says. Pure.
import { isSameName, unquote } from '../../../src/sql/names.js'
import { isDerived } from '../../alter/expanded.js'
import type { Alteration, Declared, Reading } from '../../model/migration.js'
import { keyInCode } from '../../alter/column-holder.js'
import { sqlName } from '../../sql/sql-name.js'
import { isSamePlace } from '../subject/declared-place.js'
import type { Finding } from '../subject/rule.js'

/** The fix; if `down` is derived, what to declare or to write instead. */
export function adviceInDerived(
  { at, fix, subject }: Finding,
  migrations: Reading['migrations'],
): string {
  const derived = migrations.find((one) => isDerived(one) && isSamePlace(one.down!.position, at))
  if (!derived) return fix
  const value = derived.alter && subject !== undefined && valueOnWayBack(derived.alter, subject)
  return value
    ? `Declare what such rows get on a rollback: \`${value}\`. Or write \`down\` yourself instead of deriving it. In it: ${fix}`
    : `Write \`down\` yourself instead of deriving it. In it: ${fix}`
}

/** `change: { name: { …, back: "coalesce(name, …)" } }` of the column that the finding is about; undefined if it has one. */
function valueOnWayBack({ tables }: Alteration, subject: string): string | undefined {
  for (const { table, drop, change } of tables) {
    const owner = `${sqlName(table.value)}.`
    const column = unquote(subject.slice(owner.length))
    const isOf = ({ value }: Declared<string>): boolean => isSameName(value, column)
    if (!isSameName(subject.slice(0, owner.length), owner) || drop.some(isOf)) continue
    const own = change.find((wish) => isOf(wish.column))
    if (own?.back) return undefined
    const [limit, value] =
      own?.notNull?.value === false
        ? ['notNull: false, ', `coalesce(${sqlName(column)}, …)`]
        : ['', `CASE WHEN … THEN ${sqlName(column)} ELSE … END`]
    return `change: { ${keyInCode(column)}: { ${limit}back: "${value}" } }`
  }
  return undefined
}
