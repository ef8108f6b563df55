using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tessera.Cli;

/// <summary>
/// A console that shows texts and obeys none: control sequences come from the drawing itself, never from what is drawn. Printing never
/// throws; <see cref="Failure"/> tells afterwards whether all was printed.
/// </summary>
internal sealed class PlainConsole : IAnsiConsole, IRenderHook
{
    private readonly IAnsiConsole _drawing;

    /// <param name="drawing">Draws on a console of its own output.</param>
    /// <param name="width">Columns, or null for those of the terminal.</param>
    public PlainConsole(IAnsiConsole drawing, int? width)
    {
        _drawing = drawing;
        drawing.Profile.Out = new AnsiConsoleOutput(new EnduringWriter(drawing.Profile.Out.Writer));
        drawing.Pipeline.Attach(this);
        Profile = new Profile(new AnsiConsoleOutput(new VisibleWriter(drawing.Profile.Out.Writer)), drawing.Profile.Capabilities, drawing.Profile.Encoding);
        if (width is { } columns) drawing.Profile.Width = Profile.Width = columns;
    }

    /// <summary>What is written past the drawing; its writer takes whole texts.</summary>
    public Profile Profile { get; }

    public IAnsiConsoleCursor Cursor => _drawing.Cursor;

    public IAnsiConsoleInput Input => _drawing.Input;

    public IExclusivityMode ExclusivityMode => _drawing.ExclusivityMode;

    public RenderPipeline Pipeline => _drawing.Pipeline;

    /// <summary>Why something could not be printed, or null.</summary>
    public Exception? Failure => ((EnduringWriter)_drawing.Profile.Out.Writer).Failure;

    public void Clear(bool home) => _drawing.Clear(home);

    public void Write(IRenderable renderable) => _drawing.Write(renderable);

    public void WriteAnsi(Action<AnsiWriter> action) => _drawing.WriteAnsi(action);

    /// <summary>The last hook of all: what is drawn, progress included, passes here.</summary>
    IEnumerable<IRenderable> IRenderHook.Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(renderable => new Visible(renderable));

    private sealed class Visible(IRenderable drawn) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => drawn.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => drawn.Render(options, maxWidth).Select(segment =>
            segment.IsControlCode || segment.IsLineBreak ? segment : new Segment(VisibleText.Lines(segment.Text), segment.Style));
    }
}
