import { ToolbarButton, ToolbarMenu } from '@graphiql/react';
import { useOpen } from './open.js';

// Examples is the menu of the configuration's operations; each opens in a new tab.
export function Examples({ tabs }) {
  const open = useOpen();
  if (tabs.length === 0 || !open) return null;
  return (
    <ToolbarMenu button={<ToolbarButton label="Examples"><Icon className="graphiql-toolbar-icon" aria-hidden="true" /></ToolbarButton>}>
      {tabs.map((tab) => (
        <ToolbarMenu.Item key={tab.name} onSelect={() => open(tab)}>
          {tab.name}
        </ToolbarMenu.Item>
      ))}
    </ToolbarMenu>
  );
}

function Icon(props) {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" {...props}>
      <path d="M2 3.5h5.2L8 5l.8-1.5H14v9H8.8L8 13.5l-.8-1H2zM8 5v8" />
    </svg>
  );
}
