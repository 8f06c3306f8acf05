// The editor: CodeMirror in a shadow root, where it brings its styles as constructed sheets. In the page
// itself it would add a style element, which the policy refuses.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching,
  continuedIndent,
  delimitedIndent,
  flatIndent,
  HighlightStyle,
  indentNodeProp,
  indentOnInput,
  indentUnit,
  LRLanguage,
  syntaxHighlighting,
} from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { parser } from '@lezer/javascript';
import { completer } from './complete';
import type { Schema } from './schema';

export interface EditorOptions {
  text: string;
  /** It cannot be changed. */
  fixed: boolean;
  label: string;
  schema: Promise<Schema>;
  onChange(text: string): void;
}

export class CodeEditor {
  private readonly view: EditorView;
  private silent = false;

  constructor(host: HTMLElement, { text, fixed, label, schema, onChange }: EditorOptions) {
    // One host may have several editors, one after the other.
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    root.replaceChildren();
    this.view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: text,
        extensions: [
          extensions(schema),
          EditorState.readOnly.of(fixed),
          EditorView.contentAttributes.of({ 'aria-label': `Text of ${label}`, spellcheck: 'false', tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !this.silent) onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Takes another text in the place of all; the cursor stays where it is, as far as there is such a place. */
  set(text: string): void {
    const { state } = this.view;
    if (text === this.text) return;
    const head = Math.min(state.selection.main.head, text.length);
    this.silent = true;
    this.view.dispatch({ changes: { from: 0, to: state.doc.length, insert: text }, selection: { anchor: head } });
    this.silent = false;
  }

  /** Goes to a line and column, both from 1. */
  go(line: number, column: number, focus = true): void {
    const { doc } = this.view.state;
    const at = doc.line(Math.min(doc.lines, Math.max(1, line)));
    const anchor = Math.min(at.to, at.from + Math.max(0, column - 1));
    this.view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    if (focus) this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}

/** Where a text is no JavaScript, as far as the grammar tells: line and column from 1. */
export function syntaxFault(text: string): { line: number; column: number } | undefined {
  let at = -1;
  parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError && at < 0) at = from;
      return at < 0;
    },
  });
  if (at < 0) return undefined;
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function extensions(schema: Promise<Schema>): Extension {
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentOnInput(),
    indentUnit.of('  '),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    autocompletion({ override: [completer(schema)], icons: false }),
    javascript,
    syntaxHighlighting(colours),
    theme,
    overSelection,
    // Tab leaves the editor after Escape, as CodeMirror has it: who has no mouse is not caught.
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'), // which runs
      indentWithTab,
    ]),
  ];
}

// What is typed over a selection goes into the document at once. Left to the browser, it would keep the look of
// what it replaces by a style attribute, which the page's policy refuses.
const overSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main } = view.state.selection;
    const { data, inputType, isComposing } = event;
    if (inputType !== 'insertText' || isComposing || data === null || main.empty || view.state.readOnly) return false;
    event.preventDefault();
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    const taken = view.state
      .facet(EditorView.inputHandler)
      .some((take) => take(view, main.from, main.to, data, insert));
    if (!taken) view.dispatch(insert());
    return true;
  },
});

// The grammar alone: the usual package brings snippets and completions of its own along.
const javascript = LRLanguage.define({
  name: 'javascript',
  parser: parser.configure({
    props: [
      indentNodeProp.add({
        IfStatement: continuedIndent({ except: /^\s*({|else\b)/ }),
        TryStatement: continuedIndent({ except: /^\s*({|catch\b|finally\b)/ }),
        SwitchBody: (context) => {
          const after = context.textAfter;
          return (
            context.baseIndent + (/^\s*}/.test(after) ? 0 : /^\s*(case|default)\b/.test(after) ? 1 : 2) * context.unit
          );
        },
        Block: delimitedIndent({ closing: '}' }),
        ArrowFunction: (context) => context.baseIndent + context.unit,
        'TemplateString BlockComment': () => null,
        'Statement Property': continuedIndent({ except: /^\s*{/ }),
        LabeledStatement: flatIndent,
      }),
    ],
  }),
  languageData: {
    closeBrackets: { brackets: ['(', '[', '{', "'", '"', '`'] },
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    indentOnInput: /^\s*(?:case |default:|\{|\}|<\/)$/,
  },
});

// The page's tokens: they come in through the shadow root, and with them dark and light.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword], fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--warn)' },
  { tag: [tags.comment], color: 'var(--muted)' },
  { tag: [tags.invalid], color: 'var(--bad)' },
]);

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--bg)', fontSize: '12px' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': {
    fontFamily: 'var(--mono)',
    lineHeight: '18px',
    overscrollBehavior: 'contain',
    scrollbarWidth: 'thin',
  },
  '.cm-content': { caretColor: 'var(--text)', padding: '4px 0' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--bg)',
    color: 'var(--muted)',
    borderRight: '1px solid var(--line)',
    fontSize: '11px',
  },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--raised) 60%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--raised)', color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 35%, transparent)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--tint)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--tint)', outline: '1px solid var(--soft)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-tint)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--tint)', outline: '1px solid var(--accent)' },
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--text)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-textfield': { backgroundColor: 'var(--bg)', border: '1px solid var(--edge)', color: 'var(--text)' },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'transparent',
    border: '1px solid var(--edge)',
    color: 'var(--text)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--panel)',
    color: 'var(--text)',
    border: '1px solid var(--edge)',
    borderRadius: '4px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { minHeight: '20px', lineHeight: '18px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--tint)', color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-completionInfo': { padding: '4px 8px', maxWidth: '320px', fontFamily: 'var(--sans)' },
});
