// Steps between a run and its driver, to let something happen at a moment that cannot be had otherwise.
import type { AnyDriver } from './stage.js'

/** The driver with some members exchanged. The others are its own and are called on it, whatever it is made of. */
export const interpose = (driver: AnyDriver, changes: Partial<AnyDriver>): AnyDriver =>
  new Proxy(driver, {
    get(target, key) {
      if (Object.hasOwn(changes, key)) return Reflect.get(changes, key) as unknown
      const member = Reflect.get(target, key, target) as unknown
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
