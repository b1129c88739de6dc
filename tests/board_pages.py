"""TensorBoard's pages GRAPHS, HPARAMS and TEXT, asked as its server asks them."""

import warnings

from google.protobuf import text_format
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import (
    api_pb2,
    backend_context,
    get_experiment,
    list_session_groups,
)

with warnings.catch_warnings():
    warnings.simplefilter('ignore')              # packages of its own are deprecated
    from tensorboard.plugins.graph.graphs_plugin import GraphsPlugin
    from tensorboard.plugins.text.text_plugin import TextPlugin

STATUSES = api_pb2.Status.values()


def context_of(folder):
    """What TensorBoard gives its plugins that show this folder."""
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(folder)).Reload()
    return base_plugin.TBContext(data_provider=MultiplexerDataProvider(multiplexer, str(folder)))


def tensorboard_graphs(folder):
    """Tag -> names of the ops, of each graph on TensorBoard's page GRAPHS.

    The tag of the graph that opens first is None.
    """
    plugin = GraphsPlugin(context_of(folder))
    context, found = RequestContext(), {}
    info = plugin.info_impl(context, experiment='')['.']
    tags = [tag for tag, item in info['tags'].items() if item['op_graph']]
    for tag in [*([None] if info['run_graph'] else []), *tags]:
        text, _ = plugin.graph_impl(context, '.', tag, False, experiment='')
        found[tag] = [node.name for node in text_format.Parse(text, GraphDef()).node]
    return found


def tensorboard_hparams(folder):
    """The page HPARAMS of a folder of runs -> its options, its metrics, and its rows.

    A row is a dictionary: the name, the options and the metrics of a run.
    """
    context = backend_context.Context(context_of(folder))
    experiment = get_experiment.Handler(RequestContext(), context, '',
                                        api_pb2.GetExperimentRequest()).run()
    request = api_pb2.ListSessionGroupsRequest(allowed_statuses=STATUSES, start_index=0,
                                               slice_size=100)
    groups = list_session_groups.Handler(RequestContext(), context, '', request).run()
    return ([info.name for info in experiment.hparam_infos],
            [info.name.tag for info in experiment.metric_infos],
            [{'name': group.name,
              'options': {name: getattr(value, value.WhichOneof('kind'))
                          for name, value in group.hparams.items()},
              'metrics': {value.name.tag: value.value for value in group.metric_values}}
             for group in sorted(groups.session_groups, key=lambda group: group.name)])


def tensorboard_text(folder, tag):
    """The entries of a tag on the page TEXT, each with its `step` and its `text` in HTML."""
    plugin = TextPlugin(context_of(folder))
    return plugin.text_impl(RequestContext(), '.', tag, experiment='', enable_markdown=True)
