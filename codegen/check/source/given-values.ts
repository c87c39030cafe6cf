// Traces which expressions of the same code a value comes from, as far as names, lists and calls make that certain.
import { ts } from 'ts-morph'
import { memberName, nameText, unwrap } from '../../loading/erased-syntax.js'
import { calleeOf, codeOf, isFunctionValue, nameOf } from '../../loading/load-syntax.js'
import { membersNamed } from '../../loading/owner.js'
import type { Modules } from '../../loading/resolve-name.js'
import { Declarations } from './declared-names.js'

/** Traces values to their origin: functions and classes to their code, anything else to the expression it comes from. */
export class GivenValues {
  readonly #declarations: Declarations
  readonly #calls: readonly ts.CallExpression[]
  readonly #known = new Map<ts.Node, readonly ts.Node[]>()

  /** `nodes` are all of the files in which functions are called. */
  constructor(modules: Modules, nodes: readonly ts.Node[]) {
    this.#declarations = new Declarations(modules)
    this.#calls = nodes.filter((node) => ts.isCallExpression(node))
  }

  /** What an expression may be; the expression itself if unknown. */
  of(given: ts.Node): readonly ts.Node[] {
    const node = unwrap(given)
    const known = this.#known.get(node)
    if (known) return known
    // A cycle adds nothing.
    this.#known.set(node, [])
    const found = [...new Set(this.#read(node))]
    this.#known.set(node, found)
    return found
  }

  #read(node: ts.Node): readonly ts.Node[] {
    if (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node))
      return this.#declared(node)
    if (ts.isElementAccessExpression(node) && memberName(node) === null)
      return this.#elements(node.expression)
    if (ts.isConditionalExpression(node))
      return [...this.of(node.whenTrue), ...this.of(node.whenFalse)]
    const declared = this.#declarations.of(node)
    if (declared.length > 0)
      return declared.flatMap((one) => (ts.isParameter(one) ? this.of(one) : this.#declared(one)))
    const key = memberName(node)
    const members =
      key === null ? [] : this.#member((node as ts.PropertyAccessExpression).expression, key)
    return members.length > 0 ? members : [node]
  }

  /** The value of a literal object's property, or a literal list's index. */
  #member(owner: ts.Node, key: string | number): readonly ts.Node[] {
    return this.of(owner).flatMap((one) => {
      if (typeof key === 'number') {
        const element = ts.isArrayLiteralExpression(one) ? one.elements[key] : undefined
        return element ? this.of(element) : []
      }
      return ts.isObjectLiteralExpression(one) ? this.#held(membersNamed(one, key)) : []
    })
  }

  #held(members: readonly ts.Node[]): readonly ts.Node[] {
    return members.flatMap((one) => {
      if (ts.isShorthandPropertyAssignment(one)) return this.of(one.name)
      return ts.isPropertyAssignment(one) ? this.of(one.initializer) : []
    })
  }

  #declared(node: ts.Node): readonly ts.Node[] {
    const code = isFunctionValue(node) ? node : codeOf(node)
    if (code) return [code]
    if (ts.isExportAssignment(node)) return this.of(node.expression)
    if (ts.isParameter(node)) return this.#parameter(node)
    if (ts.isBindingElement(node)) {
      const { parent: pattern } = node
      const name = node.propertyName ?? node.name
      const key = ts.isArrayBindingPattern(pattern)
        ? pattern.elements.indexOf(node)
        : nameText(name)
      const members = key === null ? [] : this.#member(pattern.parent, key)
      return members.length > 0 ? members : [node]
    }
    if (!ts.isVariableDeclaration(node)) return [node]
    if (ts.isForOfStatement(node.parent.parent))
      return this.#elements(node.parent.parent.expression)
    return node.initializer ? this.of(node.initializer) : [node]
  }

  /** The elements of a list literal, or the results of array methods over it. */
  #elements(list: ts.Node): readonly ts.Node[] {
    return this.of(list).flatMap((one) => {
      if (ts.isArrayLiteralExpression(one) && one.elements.length > 0)
        return one.elements.flatMap((each) => this.of(each))
      const [given] = ts.isCallExpression(one) ? one.arguments : []
      if (!given) return [one]
      const callee = calleeOf(one as ts.CallExpression)
      if (callee.getText() === 'Object.values')
        return this.of(given).flatMap((each) =>
          ts.isObjectLiteralExpression(each) ? this.#held(each.properties) : [each],
        )
      const isMade = nameOf(callee) === 'map' && ts.isArrowFunction(given)
      return isMade && ts.isExpression(given.body) ? this.of(given.body) : [one]
    })
  }

  /** For `list.map((one) => …)` the elements of the list, otherwise the arguments of calls by the function's name. */
  #parameter(node: ts.ParameterDeclaration): readonly ts.Node[] {
    const code = node.parent
    const index = code.parameters.indexOf(node)
    const { parent } = code
    if (ts.isCallExpression(parent) && index === 0) {
      const { expression } = parent
      const isWalk = ts.isPropertyAccessExpression(expression) && WALKS.test(expression.name.text)
      return isWalk ? this.#elements(expression.expression) : [node]
    }
    const declaration = ts.isVariableDeclaration(parent) ? parent : code
    const name = ts.isVariableDeclaration(parent) ? parent.name : code.name
    const called = name?.getText()
    const calls = this.#calls.filter((call) => {
      const callee = calleeOf(call)
      if (!name || nameOf(callee) !== called) return false
      return this.#declarations.of(callee).includes(declaration)
    })
    const given = calls.flatMap(({ arguments: all }) => all[index] ?? [])
    return given.length > 0 ? given.flatMap((one) => this.of(one)) : [node]
  }
}

const WALKS = /^(every|filter|find\w*|flatMap|forEach|map|some)$/
