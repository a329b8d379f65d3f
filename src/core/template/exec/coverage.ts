/** Which parts of templates have run: whole templates, definitions, and each branch of `if`, `with` and `range`. For tests of charts. */
import { isEmptyTree, lineAt, type ListNode, type ParsedText, type StatementNode } from '../parse/index.ts';

export interface Block {
  /** Where it begins, from 1. */
  readonly line: number;
  /** `template`, `define "x"`, `if`, `else`, `with`, `range`. */
  readonly what: string;
  runs: number;
}

export class Coverage {
  readonly #texts = new Map<string, readonly Block[]>();
  readonly #blocks = new Map<ListNode, Block>();

  /** Takes note of a text; the same one again changes nothing. */
  add(text: string, parsed: ParsedText): void {
    if (this.#texts.has(text)) return;
    const blocks: Block[] = [];
    const note = (list: ListNode, what: string, at: number): void => {
      if (isEmptyTree(list)) return;
      const block = { line: lineAt(text, at), what, runs: 0 };
      blocks.push(block);
      this.#blocks.set(list, block);
      walk(list.nodes);
    };
    const walk = (nodes: readonly StatementNode[]): void => {
      for (const node of nodes) {
        if (node.kind !== 'if' && node.kind !== 'with' && node.kind !== 'range') continue;
        note(node.list, node.kind, node.pos);
        const [only, another] = node.elseList?.nodes ?? [];
        // `else if`: the branch within says it.
        if (only !== undefined && another === undefined && (only.kind === 'if' || only.kind === 'with')) walk([only]);
        else if (node.elseList !== undefined) note(node.elseList, 'else', only?.pos ?? node.elseList.pos);
      }
    };
    note(parsed.main, 'template', 0);
    for (const [name, list] of parsed.definitions) note(list, `define ${JSON.stringify(name)}`, list.pos);
    this.#texts.set(text, blocks);
  }

  /** Called when a list of statements is compiled; the result when it runs. Undefined: nobody counts it. */
  counterOf(list: ListNode): (() => void) | undefined {
    const block = this.#blocks.get(list);
    return block === undefined ? undefined : () => void block.runs++;
  }

  /** The blocks of a text; undefined when it was never parsed. */
  blocksOf(text: string): readonly Block[] | undefined {
    return this.#texts.get(text);
  }
}
