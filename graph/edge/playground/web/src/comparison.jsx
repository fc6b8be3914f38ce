import { milliseconds, summarize } from './report.js';

// Comparison sets calls and milliseconds of the last two runs side by side: of all calls, and of each service.
export function Comparison({ run, previous, service }) {
  const [now, then] = [run, previous].map(figures);
  const services = [...new Set([...now.services.keys(), ...then.services.keys()])].sort();
  return (
    <table className="weft-table weft-comparison" aria-label="This run and the last one">
      <colgroup>
        <col />
        <col width="13%" />
        <col width="21%" />
        <col width="13%" />
        <col width="21%" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col" />
          <th scope="colgroup" colSpan="2" className="weft-number">{name(previous)}</th>
          <th scope="colgroup" colSpan="2" className="weft-number">This run{off(run)}</th>
        </tr>
      </thead>
      <tbody>
        <Row label="Answered in" then={[null, then.elapsed]} now={[null, now.elapsed]} />
        <Row label="Calls" then={[then.calls, then.span]} now={[now.calls, now.span]} />
        {services.map((upstream) => (
          <Row
            key={upstream}
            label={<span className={`weft-upstream ${service.colour(upstream)}`}>{upstream}</span>}
            then={then.services.get(upstream) ?? [0, 0]}
            now={now.services.get(upstream) ?? [0, 0]}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row({ label, then, now }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {[then, now].map(([calls, ms], i) => (
        <Figures key={i} calls={calls} ms={ms} better={i === 1 && ms < then[1]} />
      ))}
    </tr>
  );
}

function Figures({ calls, ms, better }) {
  return (
    <>
      <td className="weft-number">{calls}</td>
      <td className={`weft-number${better ? ' weft-better' : ''}`}>{calls === 0 ? '–' : milliseconds(ms)}</td>
    </>
  );
}

function figures({ report, elapsed }) {
  const { calls, span, upstreams } = summarize(report.calls);
  const of = (upstream) => summarize(report.calls.filter((call) => call.upstream === upstream));
  return { calls, span, elapsed, services: new Map(upstreams.map((upstream) => [upstream, [of(upstream).calls, of(upstream).span]])) };
}

function name(run) {
  return `${run.request.operationName ?? 'Last run'}${off(run)}`;
}

function off({ without }) {
  return without.length > 0 ? ` without ${without.join(', ')}` : '';
}
