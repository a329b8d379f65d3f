/** The first sentence: how the whole system is, and one bar that shows it. The words under the bar are filters. */
import type { JSX } from 'react';
import type { Counts, Level } from '../../../../src/api/http/index.ts';
import { useLive } from '../../data/hooks.ts';
import { usePlace } from '../../data/place.ts';
import { topicOf } from '../../data/routes.ts';
import { LEVEL_ORDER, levels, plural, totalOf } from '../../data/words.ts';
import { StatusMark } from '../../parts/status.tsx';
import { chosenLevels, filtersOf, toggleLevel } from './filters.ts';

/** Everything that matches but for the level: the bar shows all levels, whichever is chosen. */
function useCounts(): Counts | undefined {
  const { query } = usePlace();
  const { level: _, ...rest } = filtersOf(query);
  const view = useLive(topicOf('apps', { query: { ...rest, limit: 1 } }));
  return view.state === 'ready' ? (view.meta['counts'] as unknown as Counts) : undefined;
}

export function Headline(): JSX.Element {
  const counts = useCounts();
  const place = usePlace();
  const chosen = chosenLevels(place.get('level'));
  return (
    <header className="headline">
      <h1>{counts === undefined ? 'System' : sentence(counts)}</h1>
      <div className="level-bar bar" aria-hidden="true">
        {counts === undefined
          ? null
          : LEVEL_ORDER.filter((level) => counts[level] > 0).map((level) => (
              <i key={level} className={`tone-${levels[level].tone}`} style={{ flexGrow: counts[level] }} />
            ))}
      </div>
      <ul className="level-filters" aria-label="Show only">
        {LEVEL_ORDER.map((level) => (
          <li key={level}>
            <LevelFilter
              level={level}
              count={counts?.[level]}
              pressed={chosen.includes(level)}
              onToggle={() => place.set({ level: toggleLevel(place.get('level'), level) })}
            />
          </li>
        ))}
      </ul>
    </header>
  );
}

function LevelFilter(props: {
  readonly level: Level;
  readonly count: number | undefined;
  readonly pressed: boolean;
  readonly onToggle: () => void;
}): JSX.Element {
  const { mark, word, tone } = levels[props.level];
  return (
    <button
      type="button"
      className={`level-filter tone-${tone}${props.count === 0 ? ' zero' : ''}`}
      aria-pressed={props.pressed}
      onClick={props.onToggle}
    >
      <StatusMark mark={mark} size={14} />
      <strong className="num">{props.count?.toLocaleString('en') ?? '–'}</strong>
      <span>{word}</span>
    </button>
  );
}

export function sentence(counts: Counts): string {
  const total = totalOf(counts);
  if (total === 0) return 'No Apps';
  const { broken, attention, moving } = counts;
  if (broken === 0 && attention === 0) {
    return moving === 0
      ? `All ${plural(total, 'App')} are as they should be`
      : `${plural(moving, 'App')} on the way, the rest as it should be`;
  }
  const parts = [broken > 0 ? `${broken} broken` : '', attention > 0 ? `${attention} ${attention === 1 ? 'needs' : 'need'} you` : ''];
  return `${parts.filter(Boolean).join(', ')} of ${plural(total, 'App')}`;
}
